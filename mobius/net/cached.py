"""Replies kept in the cache. Here: `Cached`, its keys and its codec. Not here: the tiers (cache), what a reply means (sources).

A key is world, codec version, source, path and sorted parameters: two worlds never share one, and a changed codec misses.
Only replies that can be read again are kept: status 200, whole, and no refusal that a provider wraps into a 200; and those that
say there is no such thing (404, or as the source's spec tells), for the time the policy gives to that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

from mobius.core.keeping import NOT_KEPT, Missing, Policy, watched
from mobius.core.ports import Cache, Http, Reply
from mobius.core.sources import SourceSpec
from mobius.core.world import World

CODEC = "r3"
"""Version of `_Stored`: count it up with any change of its fields."""


class _Stored(Struct, frozen=True, array_like=True):
    status: int
    body: bytes
    url: str
    at: datetime
    date: datetime
    content_type: str
    simulated: bool


_pack = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(_Stored).decode
"""Raises msgspec.MsgspecError for what is no reply of this codec."""
_REFUSED = frozenset({200, 400, 422})
"""Statuses with which providers answer a question about what they do not have."""


class _NotKept(Exception):
    """Carries a reply that must not be stored past the cache, to everyone who waits for it."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class Cached:
    """Serves a reply not older than the call's `keep` allows, never longer than the provider's rights allow.

    The reply says its tier; `at` and `date` stay those of the original fetch.
    """

    def __init__(self, inner: Http, cache: Cache, spec: SourceSpec, world: World) -> None:
        self._inner = inner
        self._cache = cache
        self._spec = spec
        self._prefix = f"{world.name}|{CODEC}|{spec.name}|"

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        return await self._kept(self.key(path, params), lambda: self._inner.get(path, params), keep)

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        """A question that is posted is kept by what it asks: the digest of its body stands in the key."""
        asked = f"{self.key(path)}POST {hashlib.sha256(body).hexdigest()}"
        return await self._kept(asked, lambda: self._inner.post(path, body), keep)

    async def _kept(self, key: str, ask: Callable[[], Awaitable[Reply]], keep: Policy) -> Reply:
        if keep.fresh_s <= 0:
            return await ask()
        keep = self._within_rights(keep)

        async def load() -> bytes | Missing:
            reply = await ask()
            if _says_missing(reply, self._spec.missing):
                return Missing(encode(reply))
            if not _may_be_kept(reply, self._spec.refusals):
                raise _NotKept(reply)
            return encode(reply)

        watch = watched()
        try:
            if watch is None or watch.ahead_s <= 0:
                value, tier = await self._cache.get(key, keep, load)
            else:
                value, tier = await self._cache.renew(key, keep, load, watch.ahead_s)
        except _NotKept as passed:
            return passed.reply
        if watch is not None:
            watch.note(self._spec.name, keep, fetched=tier == "origin")
        try:
            stored = decode(value)
        except msgspec.MsgspecError:  # a damaged entry: as good as none
            return await ask()
        return Reply(
            status=stored.status, body=stored.body, url=stored.url, at=stored.at, date=stored.date,
            headers={"content-type": stored.content_type}, tier=tier, simulated=stored.simulated,
        )  # fmt: skip

    def _within_rights(self, keep: Policy) -> Policy:
        most_s = self._spec.rights.keep_max_s
        if keep.oldest_s() <= most_s:
            return keep
        return msgspec.structs.replace(keep, fresh_s=min(keep.fresh_s, most_s), limit_s=min(keep.limit_s, most_s))

    def key(self, path: str, params: Mapping[str, str] | None = None) -> str:
        """Where a reply is kept, for whoever wants to look."""
        query = urlencode(sorted(params.items()), safe=",", quote_via=quote) if params else ""
        return f"{self._prefix}{path}?{query}"


def encode(reply: Reply) -> bytes:
    kind = reply.headers.get("content-type", "")
    # a tuple in the order of `_Stored`'s fields reads back as one, and is made in a third of the time
    return _pack((reply.status, reply.body, reply.url, reply.at, reply.date, kind, reply.simulated))


def _says_missing(reply: Reply, sayings: tuple[bytes, ...]) -> bool:
    """Whether a reply says that there is no such thing: 404 from the service itself, or the provider's own words."""
    body = reply.body.lstrip()
    if reply.status == 404:
        return body[:1] != b"<"  # a page for people comes from whatever stands before the service
    return reply.status in _REFUSED and body.startswith(sayings)


def _may_be_kept(reply: Reply, refusals: tuple[bytes, ...]) -> bool:
    """Whether a reply is whole and no failure in disguise; JSON is walked once, an error page for JSON is not kept."""
    body = reply.body.lstrip()
    if reply.status != 200 or not body or body.startswith(refusals):
        return False
    if body[:1] in (b"{", b"["):
        try:
            msgspec.json.decode(body, type=msgspec.Raw)
        except (msgspec.DecodeError, RecursionError):
            return False
        return True
    kind = reply.headers.get("content-type", "").lower()
    return "/xml" in kind or "+xml" in kind or not ("json" in kind or "html" in kind or body[:1] == b"<")

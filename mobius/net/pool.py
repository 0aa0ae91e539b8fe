"""The innermost wrapper: one pool of connections to one source. Here: URL, key, deadline, redirects, the Reply's marks.

It sets `Reply.simulated` from the world it is told, never from what a source says, and is the one border at which a
library's errors become ours. Nothing outside it sees a key: neither one that travels in a header or a parameter nor one
that stands in the path of an address from the settings. Not here: limits, retries, cache (the other wrappers), the HTTP
library (pool_pyreqwest), opening a session (login).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urljoin, urlsplit

from mobius import __version__
from mobius.core.deadline import left_s
from mobius.core.errors import DeadlineExceeded, SourceUnavailable
from mobius.core.keeping import NOT_KEPT, Policy
from mobius.core.ports import Clock, Reply
from mobius.core.sources import SourceSpec
from mobius.net.dates import http_date
from mobius.net.engine import Engine, Engines, RawReply, open_engine
from mobius.net.faults import TimedOut
from mobius.net.latency import Latencies
from mobius.net.redact import redacted, shown_base

if TYPE_CHECKING:
    from mobius.net.login import Login

USER_AGENT = f"mobius/{__version__}"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3


class Pool:
    """GETs from one source, at `base_url` (the spec's unless another is given) and through `proxy` if one is named.

    `key` travels as the spec says (a header, a parameter, a session), to the host of `base_url` only. `contact` stands in the
    User-Agent where the provider wants one. The library and the connections are loaded and opened at the first request;
    `aclose` closes them. `engines` lets pools share one client; `latencies` is told how long each request took.
    """

    def __init__(
        self,
        spec: SourceSpec,
        *,
        clock: Clock,
        simulated: bool,
        base_url: str | None = None,
        key: str | None = None,
        contact: str = "",
        proxy: str | None = None,
        engine: Engine | None = None,
        engines: Engines | None = None,
        latencies: Latencies | None = None,
    ) -> None:
        self._spec = spec
        self._clock = clock
        self._simulated = simulated
        address, _, query = (base_url or spec.base_url).partition("?")
        self._base_url = address.rstrip("/")
        self._shown_base = shown_base(self._base_url, spec.base_url)
        self._secret_query = query
        self._proxy = proxy
        self._engine = engine
        self._engines = engines
        self._latencies = latencies
        self._login: Login | None = None
        self._headers = {"Accept": "application/json", **spec.headers}
        if spec.wants_contact and contact:
            self._headers["User-Agent"] = f"{USER_AGENT} ({contact})"
        if key is not None and spec.login is not None:
            from mobius.net.login import Login  # few sources open sessions

            self._login = Login(spec, key, clock, self._headers)
        elif key is not None and spec.key is not None:
            if spec.key.header:
                self._headers[spec.key.header] = spec.key.prefix + key
            if spec.key.param:
                given = urlencode({spec.key.param: key}, quote_via=quote)
                self._secret_query = f"{query}&{given}" if query else given

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        """GET once. Raises SourceUnavailable, SourceChanged (too large) or DeadlineExceeded; any status is returned."""
        asked = path
        if params:
            asked += ("&" if "?" in path else "?") + urlencode(params, safe=",", quote_via=quote)
        return await self._ask(asked, None)

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        """POST JSON once; a redirect is returned as it is, not followed."""
        return await self._ask(path, body)

    async def _ask(self, asked: str, body: bytes | None) -> Reply:
        timeout_s = left_s(self._clock, self._spec.limits.timeout_s)
        if timeout_s <= 0:
            raise DeadlineExceeded(f"No time was left to ask {self._spec.title}.")
        if self._engine is None:
            self._engine = self._opened()
        began_s = self._clock.monotonic()
        try:
            async with asyncio.timeout(timeout_s):
                raw = await self._sent(self._engine, self._base_url + asked, body, timeout_s)
        except TimeoutError as error:
            self._note(began_s, whole=False)
            if timeout_s < self._spec.limits.timeout_s:
                raise DeadlineExceeded(f"{self._spec.title} had not answered when time ran out.") from error
            message = f"{self._spec.title} did not answer within {timeout_s:g} s."
            raise TimedOut(self._spec.name, message) from error
        except asyncio.CancelledError:
            self._note(began_s, whole=False)
            raise
        self._note(began_s, whole=True)
        at = self._clock.now()
        return Reply(
            status=raw.status, body=raw.body, url=redacted(self._shown_base + asked), at=at,
            date=http_date(raw.headers.get("date", "")) or at, headers=raw.headers, simulated=self._simulated,
        )  # fmt: skip

    def _note(self, began_s: float, *, whole: bool) -> None:
        if self._latencies is not None:
            self._latencies.note(self._clock.monotonic() - began_s, whole=whole)

    async def aclose(self) -> None:
        if self._engine is not None:
            await self._engine.aclose()
            self._engine = None

    async def _sent(self, engine: Engine, url: str, body: bytes | None, timeout_s: float) -> RawReply:
        headers = self._headers
        if self._login is None:
            return await self._follow(engine, url, body, headers, timeout_s)

        async def send(bearer: Mapping[str, str]) -> RawReply:
            return await self._follow(engine, url, body, {**headers, **bearer}, timeout_s)

        return await self._login.sent(send, engine, timeout_s)

    def _opened(self) -> Engine:
        most = self._spec.limits.max_body_bytes
        if self._engines is not None:
            return self._engines.open(self._spec.name, max_body_bytes=most)
        return open_engine(self._spec.name, user_agent=USER_AGENT, proxy=self._proxy, max_body_bytes=most)

    async def _follow(
        self, engine: Engine, url: str, body: bytes | None, headers: Mapping[str, str], timeout_s: float
    ) -> RawReply:
        """Ask, and follow redirects of a GET that stay on the same scheme, host and port: a key goes nowhere else."""
        if body is not None:
            return await engine.post(self._with_key(url), headers, body, timeout_s=timeout_s)
        for _ in range(_MOST_REDIRECTS + 1):
            raw = await engine.get(self._with_key(url), headers, timeout_s=timeout_s)
            if raw.status not in _REDIRECTS or "location" not in raw.headers:
                return raw
            target = urljoin(url, raw.headers["location"])
            if urlsplit(target)[:2] != urlsplit(url)[:2]:
                raise SourceUnavailable(self._spec.name, f"{self._spec.title} redirects to another host.")
            url = target
        raise SourceUnavailable(self._spec.name, f"{self._spec.title} redirects in a circle.")

    def _with_key(self, url: str) -> str:
        """The address as it is sent, with the parameters that nobody else may see."""
        if not self._secret_query or self._secret_query in url:
            return url
        return f"{url}{'&' if '?' in url else '?'}{self._secret_query}"

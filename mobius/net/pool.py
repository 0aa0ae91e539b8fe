"""The innermost wrapper: one pool of connections to one source. Here: URL, key, deadline, redirects, the Reply's marks.

It sets `Reply.simulated` from the world it is told, never from what a source says, and is the one border at which a
library's errors become ours. Not here: limits, retries, cache (the other wrappers), the HTTP library (pool_pyreqwest).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
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
from mobius.net.redact import redacted

USER_AGENT = f"mobius/{__version__}"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3


class Pool:
    """GETs from one source, at `base_url` (the spec's unless another is given) and through `proxy` if one is named.

    `key` travels in the header the spec names, to the host of `base_url` only. The library and the connections are
    loaded and opened at the first request; `aclose` closes them. `engines` lets pools share one client.
    """

    def __init__(
        self,
        spec: SourceSpec,
        *,
        clock: Clock,
        simulated: bool,
        base_url: str | None = None,
        key: str | None = None,
        proxy: str | None = None,
        engine: Engine | None = None,
        engines: Engines | None = None,
    ) -> None:
        self._spec = spec
        self._clock = clock
        self._simulated = simulated
        self._base_url = (base_url or spec.base_url).rstrip("/")
        self._proxy = proxy
        self._engine = engine
        self._engines = engines
        self._headers = {"Accept": "application/json"}
        if key is not None and spec.key is not None:
            self._headers[spec.key.header] = key

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        """GET once. Raises SourceUnavailable, SourceChanged (too large) or DeadlineExceeded; any status is returned."""
        url = self._base_url + path
        if params:
            url += "?" + urlencode(params, safe=",", quote_via=quote)
        return await self._ask(url, None)

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        """POST JSON once; a redirect is returned as it is, not followed."""
        return await self._ask(self._base_url + path, body)

    async def _ask(self, url: str, body: bytes | None) -> Reply:
        timeout_s = left_s(self._clock, self._spec.limits.timeout_s)
        if timeout_s <= 0:
            raise DeadlineExceeded(f"No time was left to ask {self._spec.title}.")
        try:
            async with asyncio.timeout(timeout_s):
                raw = await self._follow(url, body, timeout_s)
        except TimeoutError as error:
            if timeout_s < self._spec.limits.timeout_s:
                raise DeadlineExceeded(f"{self._spec.title} had not answered when time ran out.") from error
            message = f"{self._spec.title} did not answer within {timeout_s:g} s."
            raise TimedOut(self._spec.name, message) from error
        at = self._clock.now()
        return Reply(
            status=raw.status, body=raw.body, url=redacted(url), at=at, date=http_date(raw.headers.get("date", "")) or at,
            headers=raw.headers, simulated=self._simulated,
        )  # fmt: skip

    async def aclose(self) -> None:
        if self._engine is not None:
            await self._engine.aclose()
            self._engine = None

    async def _follow(self, url: str, body: bytes | None, timeout_s: float) -> RawReply:
        """GET, and follow redirects that stay on the same scheme, host and port: a key goes nowhere else."""
        if self._engine is None:
            if self._engines is not None:
                self._engine = self._engines.open(self._spec.name)
            else:
                self._engine = open_engine(self._spec.name, user_agent=USER_AGENT, proxy=self._proxy)
        if body is not None:
            return await self._engine.post(url, self._headers, body, timeout_s=timeout_s)
        for _ in range(_MOST_REDIRECTS + 1):
            raw = await self._engine.get(url, self._headers, timeout_s=timeout_s)
            if raw.status not in _REDIRECTS or "location" not in raw.headers:
                return raw
            target = urljoin(url, raw.headers["location"])
            if urlsplit(target)[:2] != urlsplit(url)[:2]:
                raise SourceUnavailable(self._spec.name, f"{self._spec.title} redirects to another host.")
            url = target
        raise SourceUnavailable(self._spec.name, f"{self._spec.title} redirects in a circle.")

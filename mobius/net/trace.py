"""Seeing each request. Here: `Traced`, a span a request with its address redacted. Not here: where spans go (observe)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from mobius.core.keeping import NOT_KEPT, Policy
from mobius.core.ports import Http, Reply, Tracer
from mobius.core.sources import SourceSpec
from mobius.net.redact import redacted


class Traced:
    """One span around each request that leaves the cache, retries and waiting included."""

    def __init__(self, inner: Http, spec: SourceSpec, tracer: Tracer) -> None:
        self._inner = inner
        self._spec = spec
        self._tracer = tracer

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        query = "?" + urlencode(params, safe=",", quote_via=quote) if params else ""
        with self._tracer.span("http", source=self._spec.name, path=redacted(path + query)):
            return await self._inner.get(path, params, keep=keep)

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        with self._tracer.span("http", source=self._spec.name, path=redacted(path)):
            return await self._inner.post(path, body, keep=keep)

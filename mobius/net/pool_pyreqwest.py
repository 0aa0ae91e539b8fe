"""HTTP by pyreqwest, about half the cost of aiohttp (trials). Here: one client, its errors translated. Loaded when used."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta

from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import BuilderError, DetailedPyreqwestError, PyreqwestError, RequestTimeoutError
from pyreqwest.proxy import ProxyBuilder
from pyreqwest.response import Response

from mobius.core.errors import SourceChanged
from mobius.net.engine import CONNECT_S, MAX_BODY_BYTES, READ_S, RawReply, silent, unusable
from mobius.net.faults import ConnectionFault


def build_client(*, user_agent: str, proxy: str | None) -> Client:
    """A client with its keep-alive connections, kept apart by host. Building one loads every root certificate: 10 ms.

    HTTP/2 is spoken with servers that offer it when the connection is encrypted: many requests share one connection, and one
    that is given up ends as a stream. The library's own default is HTTP/1.1.
    """
    builder = (
        ClientBuilder().user_agent(user_agent).follow_redirects(False).referer(False).http2(True)
        .connect_timeout(timedelta(seconds=CONNECT_S)).pool_idle_timeout(timedelta(seconds=60))
    )  # fmt: skip
    # settings alone name a proxy; no_proxy() keeps the library from reading one out of the environment
    return (builder.no_proxy() if proxy is None else builder.proxy(ProxyBuilder.all(proxy))).build()


class PyreqwestEngine:
    """Requests to one source over a client; `owned` False leaves closing it to whoever shares it."""

    def __init__(
        self, source: str, client: Client, *, owned: bool = True, max_body_bytes: int = MAX_BODY_BYTES
    ) -> None:
        self._source = source
        self._client = client
        self._owned = owned
        self._max_body_bytes = max_body_bytes

    async def get(self, url: str, headers: Mapping[str, str], *, timeout_s: float) -> RawReply:
        return await self._ask(url, headers, None, timeout_s)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, *, timeout_s: float) -> RawReply:
        return await self._ask(url, {"Content-Type": "application/json", **headers}, body, timeout_s)

    async def _ask(self, url: str, headers: Mapping[str, str], body: bytes | None, timeout_s: float) -> RawReply:
        began_s = time.monotonic()
        # pyreqwest 0.15 goes on with a request that was cancelled before its first byte; this timeout ends its socket then
        limit = timedelta(seconds=timeout_s)
        try:
            asking = self._client.get(url) if body is None else self._client.post(url).body_bytes(body)
            # no reading ahead: so silence in the middle of a reply is told from a slow first byte, and cancelling there
            # closes the socket at once
            asking = asking.headers(dict(headers)).timeout(limit).streamed_read_buffer_limit(0)
            async with asking.build_streamed() as response:
                read = await self._read(response)
                return RawReply(response.status, {k.lower(): v for k, v in response.headers.items()}, read)
        except (BuilderError, ValueError):
            raise unusable(self._source) from None  # the library's own errors show the address, and a key in it
        except RequestTimeoutError:  # the library names no phase: the time tells a connect from the whole
            if time.monotonic() - began_s > timeout_s - 0.02:
                raise TimeoutError from None
            raise ConnectionFault(self._source, f"{self._source} could not be reached in time.") from None
        except PyreqwestError as error:
            raise ConnectionFault(self._source, f"{self._source} could not be reached: {_cause(error)}") from None

    async def aclose(self) -> None:
        """Close what is open. Idle connections close with the last reference to the client, hence the `del`."""
        if self._owned:
            await self._client.close()
        del self._client

    async def _chunk(self, response: Response) -> bytes:
        try:
            async with asyncio.timeout(READ_S):
                return bytes(await response.body_reader.read_chunk() or b"")
        except TimeoutError as error:
            raise silent(self._source) from error

    async def _read(self, response: Response) -> bytes:
        length = response.get_header("content-length") or "0"
        chunks: list[bytes] = []
        size = int(length) if length.isdecimal() else 0
        if size <= self._max_body_bytes:
            size = 0
            while chunk := await self._chunk(response):
                size += len(chunk)
                if size > self._max_body_bytes:
                    break
                chunks.append(chunk)
        if size > self._max_body_bytes:
            raise SourceChanged(self._source, f"the reply is larger than {self._max_body_bytes // 2**20} MB")
        return b"".join(chunks)


def _cause(error: PyreqwestError) -> str:
    """The innermost cause: it names the fault and, unlike the outer ones, no URL."""
    causes = error.details.get("causes") if isinstance(error, DetailedPyreqwestError) else None
    return causes[-1]["message"] if causes else type(error).__name__

"""HTTP by aiohttp, where pyreqwest has no wheel. Here: one session, its errors translated. Loaded when used: 280 ms."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import aiohttp

from mobius.core.errors import SourceChanged
from mobius.net.engine import CONNECT_S, MAX_BODY_BYTES, READ_S, RawReply, silent, unusable
from mobius.net.faults import ConnectionFault


class AiohttpEngine:
    """One session with its keep-alive connections."""

    def __init__(
        self, source: str, *, user_agent: str, proxy: str | None, max_body_bytes: int = MAX_BODY_BYTES
    ) -> None:
        self._source = source
        self._user_agent = user_agent
        self._proxy = proxy
        self._max_body_bytes = max_body_bytes
        self._session: aiohttp.ClientSession | None = None

    async def get(self, url: str, headers: Mapping[str, str], *, timeout_s: float) -> RawReply:
        return await self._ask("GET", url, headers, None)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, *, timeout_s: float) -> RawReply:
        return await self._ask("POST", url, {"Content-Type": "application/json", **headers}, body)

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> RawReply:
        if self._session is None:  # opened here: a session belongs to the event loop it is opened in
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=60),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
                headers={"User-Agent": self._user_agent},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        try:
            async with self._session.request(
                method, url, headers=dict(headers), data=body, allow_redirects=False, proxy=self._proxy
            ) as response:
                read = await self._read(response)
                return RawReply(response.status, {k.lower(): v for k, v in response.headers.items()}, read)
        except (aiohttp.InvalidURL, ValueError):
            raise unusable(self._source) from None  # the library's own errors show the address, and a key in it
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            cause = error.__cause__ or error
            message = f"{self._source} could not be reached: {type(cause).__name__}"
            raise ConnectionFault(self._source, message) from None

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _chunk(self, response: aiohttp.ClientResponse) -> bytes:
        try:
            async with asyncio.timeout(READ_S):
                return await response.content.readany()
        except TimeoutError as error:
            raise silent(self._source) from error

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        size = response.content_length or 0
        chunks: list[bytes] = []
        if size <= self._max_body_bytes:
            size = 0
            while chunk := await self._chunk(response):
                size += len(chunk)
                if size > self._max_body_bytes:
                    break
                chunks.append(chunk)
        if size > self._max_body_bytes:
            response.close()
            raise SourceChanged(self._source, f"the reply is larger than {self._max_body_bytes // 2**20} MB")
        return b"".join(chunks)

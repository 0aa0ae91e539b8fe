"""What a pool needs of an HTTP library. Here: the Engine port and its plain reply, the choice of a library. Not here: pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct

from mobius.core.errors import SourceUnavailable
from mobius.net.faults import TimedOut

MAX_BODY_BYTES = 8 * 2**20
CONNECT_S = 2.0
"""For a connection, name and encryption included; a source's own time is for the whole request."""
READ_S = 3.0
"""The longest silence in the middle of a reply; how long the first byte may take is the source's own time."""


class RawReply(Struct, frozen=True):
    """One reply as it came; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def silent(source: str) -> TimedOut:
    """What to raise where a reply has begun and nothing more of it comes."""
    return TimedOut(source, f"{source} fell silent in the middle of its reply.")


def unusable(source: str) -> SourceUnavailable:
    """What to raise where the library refuses the address or a header before anything is sent."""
    hint = f"Look at the base URL, the proxy, the key and the contact that the settings give for {source}."
    return SourceUnavailable(source, f"{source} cannot be asked with these settings.", hint=hint)


class Engine(Protocol):
    """GETs one URL or posts to it (JSON unless the headers say else), follows no redirect, reads at most the allowed bytes.

    `timeout_s` is for the whole request; TimeoutError says that it ran out. The caller keeps time as well: an engine may
    leave this to it, unless its sockets would outlive a cancelled request. Raises ConnectionFault, SourceChanged (body too
    large) or `unusable` for everything else.
    """

    async def get(self, url: str, headers: Mapping[str, str], *, timeout_s: float) -> RawReply: ...
    async def post(self, url: str, headers: Mapping[str, str], body: bytes, *, timeout_s: float) -> RawReply: ...
    async def aclose(self) -> None: ...


class Engines:
    """Opens the engines of several sources over one client, where the library lets them share it."""

    def __init__(self, *, user_agent: str, proxy: str | None) -> None:
        self._user_agent = user_agent
        self._proxy = proxy
        self._client: Any = None

    def open(self, source: str, *, max_body_bytes: int = MAX_BODY_BYTES) -> Engine:
        """The engine at hand: pyreqwest, else aiohttp. Loads the library: call it at the first request, not before."""
        try:
            from mobius.net.pool_pyreqwest import PyreqwestEngine, build_client
        except ImportError:  # no wheel for this machine
            return open_engine(source, user_agent=self._user_agent, proxy=self._proxy, max_body_bytes=max_body_bytes)
        if self._client is None:
            self._client = build_client(user_agent=self._user_agent, proxy=self._proxy)
        return PyreqwestEngine(source, self._client, owned=False, max_body_bytes=max_body_bytes)

    async def aclose(self) -> None:
        """Close the shared client; the pools over it are closed first."""
        if self._client is not None:
            await self._client.close()
            self._client = None


def open_engine(source: str, *, user_agent: str, proxy: str | None, max_body_bytes: int = MAX_BODY_BYTES) -> Engine:
    """An engine with a client of its own; pyreqwest, else aiohttp. Loads the library: call it at the first request."""
    try:
        from mobius.net.pool_pyreqwest import PyreqwestEngine, build_client
    except ImportError:  # no wheel for this machine
        from mobius.net.pool_aiohttp import AiohttpEngine

        return AiohttpEngine(source, user_agent=user_agent, proxy=proxy, max_body_bytes=max_body_bytes)
    client = build_client(user_agent=user_agent, proxy=proxy)
    return PyreqwestEngine(source, client, max_body_bytes=max_body_bytes)

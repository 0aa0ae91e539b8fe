"""What a pool needs of an HTTP library. Here: the Engine port and its plain reply, the choice of a library. Not here: pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from mobius.core.errors import SourceUnavailable

MAX_BODY_BYTES = 8 * 2**20
CONNECT_S = 2.0


class RawReply(Struct, frozen=True):
    """One reply as it came; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def unusable(source: str) -> SourceUnavailable:
    """What to raise where the library refuses the address or a header before anything is sent."""
    hint = f"Look at the base URL, the proxy and the key that the settings give for {source}."
    return SourceUnavailable(source, f"{source} cannot be asked with these settings.", hint=hint)


class Engine(Protocol):
    """GETs one URL, follows no redirect, reads at most the allowed bytes.

    `timeout_s` is for the whole request; TimeoutError says that it ran out. The caller keeps time as well: an engine may
    leave this to it, unless its sockets would outlive a cancelled request. Raises ConnectionFault, SourceChanged (body too
    large) or `unusable` for everything else.
    """

    async def get(self, url: str, headers: Mapping[str, str], *, timeout_s: float) -> RawReply: ...
    async def aclose(self) -> None: ...


def open_engine(source: str, *, user_agent: str, proxy: str | None, max_body_bytes: int = MAX_BODY_BYTES) -> Engine:
    """The engine at hand: pyreqwest, else aiohttp. Loads the library: call it at the first request, not before."""
    try:
        from mobius.net.pool_pyreqwest import PyreqwestEngine
    except ImportError:  # no wheel for this machine
        from mobius.net.pool_aiohttp import AiohttpEngine

        return AiohttpEngine(source, user_agent=user_agent, proxy=proxy, max_body_bytes=max_body_bytes)
    return PyreqwestEngine(source, user_agent=user_agent, proxy=proxy, max_body_bytes=max_body_bytes)

"""Sessions that are opened with a key. Here: Login, its token, its two styles. Not here: the requests themselves (pool).

A token is kept in memory until it ends, never written and never shown; the id and the secret go to the address of the spec
alone. Requests that need a new one at the same time open one session among them.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from msgspec import Struct

from mobius.core.errors import RateLimited, SourceUnavailable
from mobius.core.ports import Clock
from mobius.core.sources import LoginSpec, SourceSpec
from mobius.net.dates import retry_after_s
from mobius.net.engine import Engine, RawReply

EARLY_S = 30.0
"""A token is renewed so long before its end, so that none ends on the way."""
UNTOLD_S = 900.0
"""How long a token is believed whose end is not told."""
Send = Callable[[Mapping[str, str]], Awaitable[RawReply]]


class _Granted(Struct, frozen=True):
    """RFC 6749: what a token endpoint answers."""

    access_token: str
    expires_in: float = UNTOLD_S


class _Session(Struct, frozen=True, rename="camel"):
    """com.atproto.server.createSession."""

    access_jwt: str


class _Claims(Struct, frozen=True):
    exp: float
    iat: float


class Login:
    """Gives requests the token of a session and opens a new session when it ends; `headers` are sent as with any request."""

    def __init__(self, spec: SourceSpec, key: str, clock: Clock, headers: Mapping[str, str]) -> None:
        assert spec.login is not None
        self._spec = spec
        self._login: LoginSpec = spec.login
        self._name, _, self._secret = key.partition(":")
        self._clock = clock
        self._headers = headers
        self._token = ""
        self._until_s = 0.0
        self._renewing = asyncio.Lock()

    async def sent(self, send: Send, engine: Engine, timeout_s: float) -> RawReply:
        """What `send` brings back with the token; asked once more with a new one where the old is refused."""
        token = await self._current(engine, timeout_s)
        raw = await send({"Authorization": f"Bearer {token}"})
        if not _refused(raw):
            return raw
        if self._token == token:  # nobody has renewed it meanwhile
            self._token = ""
        return await send({"Authorization": f"Bearer {await self._current(engine, timeout_s)}"})

    async def _current(self, engine: Engine, timeout_s: float) -> str:
        async with self._renewing:
            if not self._token or self._clock.monotonic() >= self._until_s:
                self._token, lives_s = await self._opened(engine, timeout_s)
                self._until_s = self._clock.monotonic() + max(0.0, lives_s - EARLY_S)
            return self._token

    async def _opened(self, engine: Engine, timeout_s: float) -> tuple[str, float]:
        """A new token and the seconds it lives."""
        if self._login.style == "client_credentials":
            basic = base64.b64encode(f"{self._name}:{self._secret}".encode()).decode()
            headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
            body = b"grant_type=client_credentials"
        else:
            headers = {"Content-Type": "application/json"}
            body = msgspec.json.encode({"identifier": self._name, "password": self._secret})
        raw = await engine.post(self._login.url, {**self._headers, **headers}, body, timeout_s=timeout_s)
        if raw.status == 429:
            wait_s = retry_after_s(raw.headers, self._clock.now())
            raise RateLimited(
                self._spec.name, f"{self._spec.title} opens no more sessions for now.", retry_after_s=wait_s
            )
        if raw.status >= 500:
            raise SourceUnavailable(
                self._spec.name, f"{self._spec.title} answered {raw.status} when asked for a session."
            )
        if raw.status >= 400:
            setting = self._spec.key.setting if self._spec.key is not None else "its key"
            hint = f"Look at {setting}: it is a name and a secret with a colon between."
            raise SourceUnavailable(self._spec.name, f"{self._spec.title} refused the key.", hint=hint)
        try:
            return self._read(raw.body)
        except msgspec.MsgspecError as error:
            raise SourceUnavailable(self._spec.name, f"{self._spec.title} opened no session.") from error

    def _read(self, body: bytes) -> tuple[str, float]:
        if self._login.style == "client_credentials":
            granted = msgspec.json.decode(body, type=_Granted)
            return granted.access_token, granted.expires_in
        token = msgspec.json.decode(body, type=_Session).access_jwt
        return token, _life_s(token)


def _refused(raw: RawReply) -> bool:
    """Whether the token was not accepted; AT Protocol answers 400 for one that has ended."""
    return raw.status == 401 or (raw.status == 400 and b'"ExpiredToken"' in raw.body[:400])


def _life_s(token: str) -> float:
    """How long a JSON web token lives, by its own claims."""
    part = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)), type=_Claims)
    except (ValueError, msgspec.MsgspecError):
        return UNTOLD_S
    return max(0.0, claims.exp - claims.iat)

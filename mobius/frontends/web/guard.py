"""Who may ask: Host and Origin, other sites' pages, the access token, headers of every reply. Here: the wrapper.

A page of another site that runs in the owner's browser can reach 127.0.0.1 as well as the owner can. It is told by three
things it cannot forge: the Host it was loaded from (a name rebound to 127.0.0.1 keeps its own), the Origin header, and
what the browser says of where a request comes from (Sec-Fetch-Site). Not here: sizes and times (bodies).
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from mobius.core.ports import OWNER
from mobius.frontends.web.asgi import Asgi, Header, Message, Receive, Scope, Send, refusal, refuse
from mobius.frontends.web.problems import Problem
from mobius.frontends.web.views import CONTENT_SECURITY_POLICY

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ADDRESS_MAX_BYTES = 16_000
"""Of path and query: a question of a few thousand letters, written in escapes, fits."""
HEADERS_MAX_BYTES = 32_000
HEADERS_MAX = 100
COOKIE_MAX_AGE_S = 30 * 86_400
OPEN_PATHS = frozenset({"/healthz"})
"""What is told without a token: that the process lives."""
_HEADERS: tuple[Header, ...] = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""Headers of every reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Which hosts this process answers for, and the token that it asks for; `token` None asks for none."""

    names: frozenset[str] = LOOPBACK
    any_address: bool = False
    """Whether a Host that is an IP address is one of ours: bound to all interfaces, it may be any of the machine's."""
    token: str | None = None
    cookie: str = "mobius"

    def answers_for(self, host: str) -> bool:
        name = host_name(host)
        return name in self.names or (self.any_address and _is_address(name))


@dataclass(slots=True)
class Asked:
    """The headers of a request that decide."""

    host: str = ""
    hosts: int = 0
    origin: str | None = None
    site: str | None = None
    mode: str | None = None
    destination: str | None = None
    cookie: str = ""
    authorization: str = ""
    n_bytes: int = 0
    n_headers: int = 0


@dataclass(frozen=True, slots=True)
class Guarded:
    """Refuses what may not ask, and puts the security headers on every reply."""

    inner: Asgi
    access: Access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = read_headers(scope["headers"])

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        problem = refused(scope, asked, self.access)
        if problem is not None:
            await refuse(scope, guarded, problem)
            return
        if self.access.token is not None and scope["path"] not in OPEN_PATHS:
            entry = _entering(scope, self.access)
            if entry is not None:
                await guarded({"type": "http.response.start", "status": 303, "headers": entry})
                await guarded({"type": "http.response.body", "body": b""})
                return
            if not _let_in(asked, self.access):
                hint = "Open the address that was printed when the server started, with its token."
                await refuse(
                    scope, guarded, refusal("token_needed", "This server asks for its access token.", hint),
                    [(b"www-authenticate", b"Bearer")],
                )  # fmt: skip
                return
        scope["person"] = OWNER  # whoever runs the process, or was given its token
        await self.inner(scope, receive, guarded)


def read_headers(headers: Iterable[Header]) -> Asked:
    asked = Asked()
    for name, value in headers:
        asked.n_headers += 1
        asked.n_bytes += len(name) + len(value)
        if name == b"host":
            asked.host = value.decode("latin-1")
            asked.hosts += 1
        elif name == b"origin":
            asked.origin = value.decode("latin-1")
        elif name == b"cookie":
            asked.cookie += value.decode("latin-1") + ";"
        elif name == b"authorization":
            asked.authorization = value.decode("latin-1")
        elif name.startswith(b"sec-fetch-"):
            if name == b"sec-fetch-site":
                asked.site = value.decode("latin-1")
            elif name == b"sec-fetch-mode":
                asked.mode = value.decode("latin-1")
            elif name == b"sec-fetch-dest":
                asked.destination = value.decode("latin-1")
    return asked


def refused(scope: Scope, asked: Asked, access: Access) -> Problem | None:
    """Why the request may not be answered, None when it may (the token aside)."""
    if asked.n_bytes > HEADERS_MAX_BYTES or asked.n_headers > HEADERS_MAX:
        return refusal("headers_too_large", "The request's headers are larger than anything here needs.")
    if len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"]) > ADDRESS_MAX_BYTES:
        return refusal("address_too_long", "The address is too long.", "Send a long question as POST /v1/ask.")
    if asked.hosts != 1 or not access.answers_for(asked.host):
        return refusal(
            "wrong_host", "This server does not answer for that host name.",
            "Use the address it printed; further names: mobius serve --name NAME.",
        )  # fmt: skip
    unsafe = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
    if unsafe and not _same_origin(asked):
        return refusal("denied", "Requests from other sites are refused.")
    if not unsafe and _from_elsewhere(scope, asked):
        return refusal("denied", "Other sites may link to a page here, and load nothing.")
    return None


def _same_origin(asked: Asked) -> bool:
    """Whether an Origin, where the browser tells one, is this very server; programs that are no browser tell none."""
    if asked.origin is None:
        return asked.site in (None, "same-origin", "none")
    scheme, _, host = asked.origin.partition("://")
    return scheme in ("http", "https") and host.lower() == asked.host.lower()


def _from_elsewhere(scope: Scope, asked: Asked) -> bool:
    """Whether another site's page asks for more than to show one of our pages in place of itself."""
    if asked.site in (None, "same-origin", "none"):
        return False
    page = not str(scope["path"]).startswith(("/v1/", "/fragments/", "/metrics"))
    return not (page and asked.mode == "navigate" and asked.destination == "document")


def host_name(host: str) -> str:
    """The name in a Host header, without its port, in lower case: `[::1]:8765` is `::1`."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].removesuffix(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _let_in(asked: Asked, access: Access) -> bool:
    assert access.token is not None
    scheme, _, bearer = asked.authorization.partition(" ")
    if scheme.lower() == "bearer" and _equal(bearer.strip(), access.token):
        return True
    pairs = (part.strip().partition("=") for part in asked.cookie.split(";"))
    return any(name == access.cookie and _equal(value, access.token) for name, _, value in pairs)


def _entering(scope: Scope, access: Access) -> list[Header] | None:
    """For a GET that carries the right `?token=`: the cookie, and the same address without it."""
    if scope["type"] != "http" or scope["method"] != "GET" or b"token=" not in scope["query_string"]:
        return None
    assert access.token is not None
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    if not any(name == "token" and _equal(value, access.token) for name, value in pairs):
        return None
    rest = urlencode([(name, value) for name, value in pairs if name != "token"])
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    where = b"/" + raw.lstrip(b"/") + (b"?" + rest.encode() if rest else b"")  # `//elsewhere` would be another host
    cookie = f"{access.cookie}={access.token}; Path=/; Max-Age={COOKIE_MAX_AGE_S}; HttpOnly; SameSite=Strict"
    return [(b"location", where), (b"set-cookie", cookie.encode()), (b"cache-control", b"no-store"),
            (b"content-length", b"0")]  # fmt: skip


def _equal(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())

"""The web application put together. Here: Litestar with every route, and the wrappers around it. Not here: sockets (serving).

From the outside in: what is under way and bugs (outermost), who may ask (guard), how much a request brings (bodies),
replies of tools kept for a second (hot), and Litestar's routes. Each wrapper does one thing and knows only the next.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.openapi.config import OpenAPIConfig

from mobius.core.application import Application
from mobius.core.errors import MobiusError
from mobius.frontends.web.asgi import Asgi
from mobius.frontends.web.bodies import BODY_MAX_BYTES, Bounded
from mobius.frontends.web.guard import Access, Guarded
from mobius.frontends.web.hot import Hot
from mobius.frontends.web.outermost import Outermost
from mobius.frontends.web.problems import Refused
from mobius.frontends.web.routes import all_handlers
from mobius.frontends.web.site import Site, problem_reply
from mobius.frontends.web.streams import Streams
from mobius.frontends.web.watching import EVERY_S, Watching
from mobius.observe.metrics import Metrics

logger = logging.getLogger("mobius.web")


@dataclass(frozen=True, slots=True)
class Web:
    """A site and what a server calls to answer for it."""

    site: Site
    asgi: Outermost

    async def aclose(self) -> None:
        await self.site.streams.aclose()
        await self.site.watching.aclose()


def build(
    application: Application, access: Access | None = None, *, every_s: float = EVERY_S, hot_s: float = 1.0
) -> Web:
    """Everything but the socket. `every_s`: seconds between two looks at watched prices; `hot_s`: how long `hot` keeps."""
    site = Site(
        application=application, metrics=Metrics(), streams=Streams(application.clock.monotonic),
        watching=Watching(application.desk, application.clock, application.world, every_s),
    )  # fmt: skip
    inner: Asgi = routes(site)
    inner = Hot(inner, application.clock.now, application.clock.monotonic, hot_s)
    inner = Bounded(inner)
    inner = Guarded(inner, access or Access())
    return Web(site, Outermost(inner, site.metrics, closing=site.closing))


def routes(site: Site) -> Any:
    """Litestar with our routes and our errors; its own schema, which tuples break, stays off."""
    off: OpenAPIConfig | None = None
    return Litestar(
        all_handlers(site), openapi_config=off, logging_config=None, request_max_body_size=BODY_MAX_BYTES,
        exception_handlers={HTTPException: _http, MobiusError: _said, Exception: _bug},
    )  # fmt: skip


def _said(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    return problem_reply(error)


def _http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What Litestar itself refuses: an address there is not, a method an address does not have."""
    if isinstance(error, NotFoundException):
        return problem_reply(Refused("not_found", "There is nothing at this address.", hint="See /openapi.json"))
    if isinstance(error, MethodNotAllowedException):
        reply = problem_reply(Refused("method_not_allowed", "This address does not have that method."))
        reply.headers["allow"] = (error.headers or {}).get("allow", "GET")
        return reply
    if error.status_code < 500:
        return problem_reply(Refused("bad_input", f"The request cannot be read: {str(error.detail)[:200]}"))
    return _bug(request, error)


def _bug(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    logger.error("request failed", extra={"path": request.scope["path"]}, exc_info=error)
    return problem_reply(error)

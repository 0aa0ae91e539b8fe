"""`/openapi.json`: what can be asked over HTTP. Here: the route. Not here: the document (openapi)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from mobius.frontends.web.openapi import document
from mobius.frontends.web.site import Asked, Site, json_reply


def handlers(site: Site) -> Sequence[HTTPRouteHandler]:
    body = msgspec.json.encode(document(site.application))

    @get("/openapi.json")
    async def openapi(request: Asked) -> Response[bytes]:
        return json_reply(body)

    return (openapi,)

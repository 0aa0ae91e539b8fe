"""`GET|POST /v1/tools/{name}`: one tool with typed arguments, from its one definition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from mobius.core.tools import Tool
from mobius.frontends.web.arguments import from_body, from_query, needs_json
from mobius.frontends.web.problems import Refused
from mobius.frontends.web.site import Asked, Circumstances, Site, as_json, json_reply, offered, person_of


def handlers(site: Site) -> Sequence[HTTPRouteHandler]:
    tools = offered(site.application)

    def tool_of(name: str) -> Tool[Any, Any]:
        if name not in tools:
            raise Refused(
                "not_found", f"There is no tool {name[:40]!r}.", hint=f"There are: {', '.join(sorted(tools))}"
            )
        return tools[name]

    async def called(
        request: Asked, tool: Tool[Any, Any], arguments: dict[str, Any], about: Circumstances
    ) -> Response[bytes]:
        return json_reply(as_json(await site.call(tool.name, arguments, person_of(request), about)))

    @get("/v1/tools/{name:str}")
    async def by_query(request: Asked, name: FromPath[str]) -> Response[bytes]:
        tool = tool_of(name)
        return await called(request, tool, *from_query(tool, request.scope["query_string"]))

    @post("/v1/tools/{name:str}", status_code=200)
    async def by_body(request: Asked, name: FromPath[str]) -> Response[bytes]:
        tool = tool_of(name)
        needs_json(request.headers.get("content-type", ""))
        return await called(request, tool, *from_body(tool, await request.body()))

    return by_query, by_body

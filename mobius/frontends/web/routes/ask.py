"""`POST /v1/ask`: a question in plain words. Here: the body and the reply. Not here: streaming (stream)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from mobius.core.errors import BadParameter
from mobius.frontends.web.arguments import json_object, needs_json
from mobius.frontends.web.site import Asked, Circumstances, Site, as_json, json_reply, person_of


class AskBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question, the instant it is about (a day means its end), and the seconds it may take."""

    question: str
    as_of: str | None = None
    deadline_s: float | None = None


def handlers(site: Site) -> Sequence[HTTPRouteHandler]:
    @post("/v1/ask", status_code=200)
    async def ask(request: Asked) -> Response[bytes]:
        needs_json(request.headers.get("content-type", ""))
        body = read_body(await request.body())
        circumstances = Circumstances.read(body.as_of, body.deadline_s)
        answer = await site.ask(body.question, person_of(request), circumstances)
        return json_reply(as_json(answer))

    return (ask,)


def read_body(body: bytes) -> AskBody:
    try:
        return msgspec.convert(json_object(body), AskBody)
    except msgspec.ValidationError as error:
        raise BadParameter(f"The body is no question: {error}.", hint='Such as {"question": "btc?"}') from error

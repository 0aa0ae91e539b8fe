"""`/v1/answers/…`: stored answers, the derivation of their figures, their files. Not here: how a file is made (export)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from mobius.frontends.cli.commands import why as derivations
from mobius.frontends.export import KINDS, export
from mobius.frontends.web.arguments import flag, parameters, single
from mobius.frontends.web.problems import Refused
from mobius.frontends.web.site import Asked, Site, as_json, bytes_reply, decoded, json_reply, person_of


def handlers(site: Site) -> Sequence[HTTPRouteHandler]:
    @get("/v1/answers/{answer_id:str}")
    async def answer(request: Asked, answer_id: FromPath[str]) -> Response[bytes]:
        return json_reply(await site.kept(answer_id, person_of(request)))

    @get("/v1/answers/{answer_id:str}/why")
    async def why(request: Asked, answer_id: FromPath[str]) -> Response[bytes]:
        fact = single(parameters(request.scope["query_string"]), ("fact",)).get("fact")
        answer = decoded(await site.kept(answer_id, person_of(request)))
        if fact is not None and fact not in answer.facts:
            raise Refused("not_found", "The answer has no figure of that name.")
        return json_reply(as_json(derivations.explain(answer, fact)))

    @get("/v1/answers/{answer_id:str}/{file:str}")
    async def file(request: Asked, answer_id: FromPath[str], file: FromPath[str]) -> Response[bytes]:
        stem, _, ending = file.partition(".")
        kind = next((kind for kind in KINDS if kind == ending), None)
        if stem != "export" or kind is None:
            raise Refused("not_found", "There is no such file.", hint=f"There are export.{', export.'.join(KINDS)}.")
        share = flag("share", single(parameters(request.scope["query_string"]), ("share",)).get("share"))
        answer = decoded(await site.kept(answer_id, person_of(request)))
        specs = [source.spec for source in site.application.sources]
        made = await asyncio.to_thread(export, answer, kind, share=share, specs=specs)
        named = {"content-disposition": f'attachment; filename="{made.file_name}"'}
        return bytes_reply(made.body, made.media_type, headers=named)

    return answer, why, file

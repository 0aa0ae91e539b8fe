"""`/fragments/…`: pieces of HTML that the page's script puts in its place. Not here: their HTML (views)."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from mobius.frontends.web import provenance, shown
from mobius.frontends.web.arguments import parameters, single
from mobius.frontends.web.problems import Refused
from mobius.frontends.web.routes.pages import html_reply
from mobius.frontends.web.routes.static import versioned
from mobius.frontends.web.site import Asked, Site, decoded, person_of
from mobius.frontends.web.views import card_html, history_html, why_html


def handlers(site: Site) -> Sequence[HTTPRouteHandler]:
    application = site.application

    @get("/fragments/history")
    async def history(request: Asked) -> Response[bytes]:
        answers = await shown.recent(application, person_of(request))
        return html_reply(history_html(shown.history(application, answers)))

    @get("/fragments/answers/{answer_id:str}")
    async def card(request: Asked, answer_id: FromPath[str]) -> Response[bytes]:
        answer = decoded(await site.kept(answer_id, person_of(request)))
        return html_reply(card_html(shown.card(application, answer)))

    @get("/fragments/answers/{answer_id:str}/why")
    async def why(request: Asked, answer_id: FromPath[str]) -> Response[bytes]:
        fact = single(parameters(request.scope["query_string"]), ("fact",)).get("fact")
        answer = decoded(await site.kept(answer_id, person_of(request)))
        if fact is not None and fact not in answer.facts:
            raise Refused("not_found", "The answer has no figure of that name.")
        told = provenance.why(answer, application.clock.now(), fact=fact, titles=shown.titles(application))
        return html_reply(versioned(why_html(told)))

    return history, card, why

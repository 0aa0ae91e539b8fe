"""`/`, `/answers/{id}`, `/doctor`: whole pages, for browsers with JavaScript and without. Not here: their HTML (views)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from mobius.core.answers import Answer
from mobius.core.errors import ErrorBody, MobiusError
from mobius.core.ports import Person
from mobius.frontends.web import shown
from mobius.frontends.web.arguments import parameters, single
from mobius.frontends.web.problems import Refused, problem_of
from mobius.frontends.web.routes.static import versioned
from mobius.frontends.web.site import Asked, Circumstances, Site, bytes_reply, decoded, person_of
from mobius.frontends.web.views import doctor_html, doctor_view, page_html

DOCTOR_KEPT_S = 10.0
"""A page that is loaded again and again asks the sources no more often than this."""


def html_reply(html: str, status: int = 200) -> Response[bytes]:
    return bytes_reply(html.encode(), "text/html", status=status, headers={"cache-control": "no-store"})


def handlers(site: Site) -> Sequence[HTTPRouteHandler]:
    application = site.application
    doctor = _Doctor(site)

    async def page(
        person: Person,
        *,
        question: str = "",
        answer: Answer | None = None,
        error: ErrorBody | None = None,
        status: int = 200,
    ) -> Response[bytes]:
        answers = await shown.recent(application, person)
        html = page_html(
            world=application.world.name, simulated=application.world.simulated, question=question,
            card=None if answer is None else shown.card(application, answer), error=error,
            examples=shown.examples(application, answers), watch=shown.WATCHLIST,
            history=shown.history(application, answers),
        )  # fmt: skip
        return html_reply(versioned(html), status)

    async def failed(person: Person, error: Exception, question: str = "") -> Response[bytes]:
        said = problem_of(error)
        return await page(person, question=question, error=said.error, status=said.status)

    @get("/")
    async def home(request: Asked) -> Response[bytes]:
        person = person_of(request)
        question = ""
        try:
            asked = single(parameters(request.scope["query_string"]), ("q", "as_of"))
            question = asked.get("q", "").strip()
            about = Circumstances.read(asked.get("as_of"), None)
            if not question or request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
                return await page(person, question=question)  # another site may put a question, not have it run
            return await page(person, question=question, answer=await site.ask(question, person, about))
        except MobiusError as error:
            return await failed(person, error, question)

    @get("/answers/{answer_id:str}")
    async def kept(request: Asked, answer_id: FromPath[str]) -> Response[bytes]:
        person = person_of(request)
        try:
            answer = decoded(await site.kept(answer_id, person))
        except MobiusError as error:
            return await failed(person, error)
        return await page(person, question=answer.question, answer=answer)

    @get("/doctor")
    async def health(request: Asked) -> Response[bytes]:
        if not person_of(request).owner:
            raise Refused("denied", "Only the owner may see this.")
        return html_reply(versioned(await doctor.html()))

    return home, kept, health


class _Doctor:
    """The doctor's page, looked at anew at most every ten seconds however many load it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._looking = asyncio.Lock()
        self._html = ""
        self._until_s = 0.0

    async def html(self) -> str:
        application = self._site.application
        async with self._looking:
            if application.clock.monotonic() >= self._until_s:
                from mobius.frontends.health import examined

                health = await examined({"live": False, "as_of": None}, application)
                self._html = doctor_html(doctor_view(health), simulated=application.world.simulated)
                self._until_s = application.clock.monotonic() + DOCTOR_KEPT_S
            return self._html

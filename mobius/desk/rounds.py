"""One round of questions to sources, all at once. Here: `ask`, which keeps what came and names what did not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec import Struct

from mobius.core.facts import Sourced
from mobius.core.gather import gather
from mobius.core.needs import Source
from mobius.core.notices import SourceFailure
from mobius.core.sources import Need
from mobius.desk.failures import failures_of

ROUND_S = 3.8
"""What has not come by then is left out, so that the rest can be said within the answer's five seconds."""


class Round(Struct, frozen=True, kw_only=True):
    """What came back: by label, the answers of all sources that had one; and who gave nothing, and why."""

    answers: Mapping[str, tuple[Sourced[Any], ...]]
    failures: tuple[SourceFailure, ...] = ()

    def first(self, label: str) -> Sourced[Any] | None:
        """The answer to one question, by whichever source had it."""
        return next(iter(self.answers.get(label, ())), None)


async def ask(
    sources: Sequence[Source], questions: Mapping[str, tuple[Need, Any]], *, timeout_s: float = ROUND_S
) -> Round:
    """Put each question to every source that serves its need; a label is the question's name in the round."""
    jobs: dict[str, Callable[[], Awaitable[Sourced[Any]]]] = {
        f"{source.spec.name}:{label}": partial(source.offers[need], query, source.http)
        for label, (need, query) in questions.items()
        for source in sources
        if need in source.offers
    }
    got = await gather(jobs, limit=len(jobs) or 1, timeout_s=timeout_s)
    answers: dict[str, list[Sourced[Any]]] = {}
    for name, sourced in got.results.items():
        answers.setdefault(name.partition(":")[2], []).append(sourced)
    return Round(
        answers={label: tuple(found) for label, found in answers.items()},
        failures=failures_of(got),
    )

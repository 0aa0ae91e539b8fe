"""What went wrong at each source: rows for the answer, or one sentence when all failed. Not here: retries (net)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mobius.core.errors import MobiusError, NoData
from mobius.core.gather import Gathered
from mobius.core.needs import Source
from mobius.core.notices import Notice, SourceFailure


def failures_of(gathered: Gathered[Any], *, enough: bool = False) -> tuple[SourceFailure, ...]:
    """Name every source that failed or was too slow; where the others were `enough`, that it was not waited for.

    A source that simply lists nothing of this has not failed; an error that is none of ours is a bug and raised on.
    """
    rows: list[SourceFailure] = []
    for name, error in gathered.failures.items():
        if not isinstance(error, MobiusError):
            raise error
        if not isinstance(error, NoData):
            rows.append(SourceFailure(source=name, kind=error.kind, message=error.message))
    kind, message = ("not_waited", "not waited for") if enough else ("slow", "did not answer in time")
    rows += [SourceFailure(source=name, kind=kind, message=message) for name in gathered.late]
    return tuple(rows)


def once(failures: Sequence[SourceFailure]) -> tuple[SourceFailure, ...]:
    """Each source once, with what it failed first, whatever else it was asked."""
    firsts: dict[str, SourceFailure] = {}
    for one in failures:
        firsts.setdefault(one.source.partition(":")[0], one)
    return tuple(firsts.values())


_SAID = {
    "rate_limited": "asked for fewer requests",
    "source_changed": "answered in a shape we don't know",
    "not_configured": "cannot be asked here",
    "slow": "did not answer in time",
    "deadline": "did not answer in time",
}
_SILENT = "did not answer"


def told(failures: Iterable[SourceFailure], sources: Sequence[Source]) -> str:
    """Who failed and how, by the sources' titles: `Binance and Kraken did not answer; CoinGecko asked for fewer requests`."""
    titles = {source.spec.name: source.spec.title for source in sources}
    by_reason: dict[str, list[str]] = {}
    for failure in failures:
        name = failure.source.partition(":")[0]
        names = by_reason.setdefault(_SAID.get(failure.kind, _SILENT), [])
        if titles.get(name, name) not in names:
            names.append(titles.get(name, name))
    return "; ".join(f"{_listed(names)} {reason}" for reason, names in by_reason.items())


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def without_contact(
    failures: Sequence[SourceFailure], sources: Sequence[Source]
) -> tuple[tuple[SourceFailure, ...], tuple[Notice, ...]]:
    """The failures without those of providers that answer only who says how to be reached, and a notice for each of these."""
    asking = {source.spec.name for source in sources if source.spec.wants_contact}
    named = [(failure, failure.source.partition(":")[0]) for failure in failures]
    silent = {name for failure, name in named if failure.kind == "not_configured" and name in asking}
    kept = tuple(failure for failure, name in named if name not in silent)
    return kept, tuple(Notice(kind="wants_contact", names={"source": name}) for name in sorted(silent))

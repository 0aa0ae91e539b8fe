"""What the page's templates read besides cards, and the templates themselves. Here: history, doctor, `environment`.

Not here: which request gets which page (the server), a card's content (cards), a figure's account (provenance).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from mobius.core.answers import Answer
from mobius.core.errors import ErrorBody
from mobius.frontends.cli.health import cache_text, notes
from mobius.frontends.cli.render import past_day
from mobius.frontends.moments import answered_at
from mobius.frontends.web.cards import Card
from mobius.frontends.web.provenance import Why, age, instant, iso
from mobius.frontends.web.safe_text import clean

if TYPE_CHECKING:
    from mobius.frontends.health import Health, HistoryState, PackageState, SourceState

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""All the page needs: its own scripts and styles, nothing inline, nothing from elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """An earlier question and the first sentence of its answer."""

    id: str
    question: str
    headline: str
    simulated: bool
    as_of: str | None
    at: str
    at_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    title: str
    setting: str
    adds: str | None
    set: bool
    needed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStateView:
    title: str
    state: str
    """`good`, `bad` or `quiet`; the words beside it say the same."""
    state_said: str
    facts: tuple[str, ...]
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorView:
    version: str
    python: str
    world: str
    now: str
    keys: tuple[KeyView, ...]
    sources: tuple[SourceStateView, ...]
    n_reachable: int
    machine: tuple[tuple[str, str], ...]
    credits: tuple[str, ...]
    gone: tuple[str, ...]
    """Providers that are no more, and what serves in their place."""


def history_rows(answers: Iterable[Answer], now: datetime) -> tuple[HistoryRow, ...]:
    """Answers, newest first, as lines of the history."""
    return tuple(_history_row(answer, now) for answer in answers)


def _history_row(answer: Answer, now: datetime) -> HistoryRow:
    at = answered_at(answer) or now
    return HistoryRow(
        id=answer.id, question=clean(answer.question, 120), headline=clean(answer.headline_plain, 160),
        simulated=answer.simulated, as_of=None if answer.as_of is None else past_day(answer.as_of),
        at=iso(at), at_text=age(at, now),
    )  # fmt: skip


def doctor_view(health: Health) -> DoctorView:
    """What `mobius doctor` found, for the page."""
    return DoctorView(
        version=health.version, python=health.python, world=health.world, now=instant(health.now),
        keys=tuple(
            KeyView(title=clean(state.title), setting=setting, adds=clean(state.key_adds or "") or None,
                    set=given, needed=not state.configured)
            for state in sorted(health.sources, key=lambda state: state.key_set)
            for setting, given in ((state.key_setting, state.key_set), (state.cap_setting, state.cap_set))
            if setting is not None
        ),
        sources=tuple(_source(state) for state in health.sources),
        n_reachable=sum(state.reachable is True for state in health.sources),
        machine=tuple(_machine(health)),
        credits=tuple(dict.fromkeys(clean(state.attribution) for state in health.sources if state.attribution)),
        gone=tuple(f"{each.name}: {each.what_became}; instead {each.instead}" for each in health.gone),
    )  # fmt: skip


def _source(state: SourceState) -> SourceStateView:
    facts = (
        clean(state.name), state.kind, ", ".join(need.replace("_", " ") for need in state.needs),
        f"at most {state.per_minute} calls a minute", *_measured(state),
        "" if state.key_setting is None else "key set" if state.key_set else "no key set",
    )  # fmt: skip
    said = " · ".join(dict.fromkeys(([] if state.reachable else [state.said]) + list(notes(state))))
    if state.reachable is None:
        mark, told = "quiet", "not asked"
    elif not state.reachable:
        mark, told = "bad", "does not answer"
    else:
        mark, told = "good", "answers" if state.latency_ms is None else f"answers in {state.latency_ms:.0f} ms"
    return SourceStateView(
        title=clean(state.title), state=mark, state_said=told, facts=tuple(filter(None, facts)), said=clean(said, 400)
    )


def _measured(state: SourceState) -> Iterator[str]:
    """What the running process knows of a source."""
    if state.health is not None:
        yield f"{state.health.budget} now"
        if state.health.p95_ms is not None:
            yield f"nineteen in twenty within {state.health.p95_ms:.0f} ms"


def _machine(health: Health) -> Iterator[tuple[str, str]]:
    yield "Home", clean(health.home)
    for file in health.files:
        size = f"{file.bytes / 1e6:.1f} MB" if file.bytes >= 100_000 else f"{file.bytes / 1e3:.1f} kB"
        yield clean(file.name), f"{size}, {clean(file.said)}"
    if health.cache is not None:
        yield "Cache", cache_text(health.cache)
    yield "History", _history_said(health.history)
    yield "Packages", _packages_said(health.packages)


def _history_said(state: HistoryState) -> str:
    if state.newest is None:
        return "empty; `mobius history import FILE...` fills it"
    newest = clean(state.newest_series or "")
    return f"{state.n_series} series, {state.n_bars:,} bars, newest {state.newest:%Y-%m-%d} ({newest})"


def _packages_said(packages: tuple[PackageState, ...]) -> str:
    absent = [item.name for item in packages if item.version is None and item.extra is None]
    extras = sorted({item.extra for item in packages if item.extra is not None and item.version is None})
    said = f"missing: {', '.join(absent)}" if absent else "all there"
    return f"{said}; optional parts not installed: {', '.join(extras)}" if extras else said


# --------------------------------------------------------------------------------------------------------- templates


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """The templates, with every value escaped and an unknown name an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip


def page_html(
    *,
    world: str,
    simulated: bool,
    question: str = "",
    card: Card | None = None,
    error: ErrorBody | None = None,
    examples: Iterable[str] = (),
    watch: Iterable[str] = (),
    history: Iterable[HistoryRow] = (),
) -> str:
    """The whole page; `card` answers `question` for a browser that runs no script, `watch` is the first watchlist."""
    return (
        environment()
        .get_template("page.html")
        .render(
            world=world,
            simulated=simulated,
            question=clean(question, 4_000),
            card=card,
            error=error,
            examples=tuple(examples),
            watch=tuple(watch),
            history=tuple(history),
        )
    )


def card_html(card: Card) -> str:
    return environment().get_template("card.html").render(card=card)


def history_html(history: Iterable[HistoryRow]) -> str:
    return environment().get_template("history.html").render(history=tuple(history))


def why_html(why: Why) -> str:
    return environment().get_template("why.html").render(why=why, world=why.world, simulated=why.simulated, here="why")


def doctor_html(doctor: DoctorView, *, simulated: bool) -> str:
    return environment().get_template("doctor.html").render(doctor=doctor, world=doctor.world, simulated=simulated)

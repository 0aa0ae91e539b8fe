"""News on assets and regulators, and what came before a move. Here: the headlines and rules needs, told as stories.

Not here: which pieces tell the same (stories). Timing is all that is claimed: no cause is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import msgspec

from mobius.core.assets import ASSETS
from mobius.core.errors import NoData
from mobius.core.facts import Fact, Sourced, derive
from mobius.core.gather import gather
from mobius.core.instants import from_ms
from mobius.core.market_views import CandleView
from mobius.core.needs import Source
from mobius.core.notices import SourceFailure
from mobius.core.protocols import PROTOCOLS
from mobius.core.record_needs import Headline, HeadlinesQuery, Rule, RulesQuery
from mobius.core.record_views import HeadlineView, MoveView, NewsView
from mobius.core.regulators import REGULATORS
from mobius.desk.failures import failures_of, told, without_contact
from mobius.desk.stories import (
    Piece,
    Story,
    folded,
    is_on_crypto,
    moves_all,
    names_asset,
    names_protocol,
    names_regulator,
)

SHOWN = 8
CANDIDATES = 3
GRACE_S = 2.5
"""How long slow outlets may still take once the first has answered."""
OFFICIAL_DAYS = 30
"""How far back documents of a regulator are looked for."""
BEFORE = timedelta(hours=6)
AFTER = timedelta(hours=1)
"""A piece may be what moved a price if it came so long before the sharpest hour, or within it."""
_AHEAD = timedelta(minutes=15)
"""Outlets' clocks run ahead of ours by no more."""
_HOURS = 24
_SPECIALISTS = frozenset({"rss_coindesk", "rss_cointelegraph", "rss_theblock", "rss_decrypt", "rss_defiant"})


async def live_news(
    sources: Sequence[Source],
    assets: tuple[str, ...],
    regulators: tuple[str, ...],
    *,
    protocols: tuple[str, ...] = (),
    hours: int,
    now: datetime,
    bars: Callable[[], Awaitable[CandleView]] | None = None,
) -> NewsView:
    """Stories of the last `hours` on any of the assets, protocols or regulators, on crypto at large when none is named.

    With `bars` (a day and more of hours) the move of the first asset and what came before it is told too.
    """
    jobs: dict[str, Callable[[], Awaitable[Any]]] = _jobs(sources, assets, protocols, regulators, hours=hours, now=now)
    if bars is not None:
        jobs["bars"] = bars
    got = await gather(jobs, limit=len(jobs) or 1, grace_s=GRACE_S)
    view = got.results.get("bars")
    told_of = [failure for failure in failures_of(got) if failure.source != "bars"]
    failures, notices = without_contact(told_of, sources)
    heard = {name: result for name, result in got.results.items() if name != "bars"}
    if not heard and not isinstance(view, CandleView):
        raise NoData("news", _silent(told_of, sources), hint="`mobius doctor` shows which sources answer.")
    pieces = [piece for name, sourced in heard.items() for piece in _pieces(name, sourced, sources)]
    pieces = [piece for piece in pieces if piece.at <= now + _AHEAD]
    stories, unrelated = _chosen(pieces, assets, protocols, regulators, hours=hours, now=now)
    parts: list[Fact] = []
    move = _move(view, assets[0], parts) if isinstance(view, CandleView) and assets else None
    near = _near(folded(pieces), assets, move) if move is not None else ()
    views: dict[int, HeadlineView] = {}
    for story in (*stories, *near):
        if id(story.first) not in views:
            views[id(story.first)] = _headline(len(views) + 1, story, parts)
    return NewsView(
        headlines=tuple(views[id(story.first)] for story in stories),
        candidates=tuple(_timed(views[id(story.first)], story, move) for story in near) if move is not None else (),
        move=move,
        unrelated=unrelated,
        parts=tuple(parts),
        notices=notices,
        failures=failures,
    )


def _silent(failures: Sequence[SourceFailure], sources: Sequence[Source]) -> str:
    said = told(failures, sources)
    return f"No source of headlines had anything: {said}." if said else "No source of headlines had anything."


def _jobs(
    sources: Sequence[Source],
    assets: tuple[str, ...],
    protocols: tuple[str, ...],
    regulators: tuple[str, ...],
    *,
    hours: int,
    now: datetime,
) -> dict[str, Callable[[], Awaitable[Any]]]:
    """What each source is asked: a feed for everything it has, a search for the names, the journal for its rules."""
    names = [ASSETS[ticker].name for ticker in assets if ticker in ASSETS]
    names += [PROTOCOLS[slug].name for slug in protocols if slug in PROTOCOLS]
    words = tuple(dict.fromkeys(names)) or ("cryptocurrency",)
    agencies = tuple(slug for name in regulators if (slug := REGULATORS[name].agency) is not None)
    queries: dict[str, Any] = {
        "headlines": HeadlinesQuery(words=words, hours=hours),
        "rules": RulesQuery(agencies=agencies, since=(now - timedelta(days=OFFICIAL_DAYS)).date()),
    }
    return {
        source.spec.name: partial(source.offers[need], queries[need], source.http)
        for source in sources
        for need in ("headlines", "rules")
        if need in source.offers
    }


def _pieces(
    name: str, sourced: Sourced[tuple[Headline, ...]] | Sourced[tuple[Rule, ...]], sources: Sequence[Source]
) -> list[Piece]:
    """What a source gave, with a date; what bears none cannot be told as news."""
    spec = next(source.spec for source in sources if source.spec.name == name)
    found = []
    for row in sourced.value:
        if isinstance(row, Rule):
            at = datetime(
                row.published_on.year, row.published_on.month, row.published_on.day, tzinfo=sourced.as_of.tzinfo
            )
            outlet, summary = row.agencies[0] if row.agencies else spec.title, " ".join((row.kind, *row.agencies))
        elif row.published_at is not None:
            at, outlet, summary = row.published_at, row.outlet, row.summary
        else:
            continue
        found.append(
            Piece(
                title=row.title, summary=summary, outlet=outlet, address=row.address, at=at, field=row.field,
                official=spec.kind == "official", specialist=name in _SPECIALISTS, sourced=sourced,
            )
        )  # fmt: skip
    return found


def _chosen(
    pieces: Sequence[Piece],
    assets: tuple[str, ...],
    protocols: tuple[str, ...],
    regulators: tuple[str, ...],
    *,
    hours: int,
    now: datetime,
) -> tuple[tuple[Story, ...], bool]:
    """The stories to show, and whether they are on something else because nothing was found."""
    on_crypto = [piece for piece in pieces if piece.specialist or is_on_crypto(piece)]
    since, since_official = now - timedelta(hours=hours), now - timedelta(days=OFFICIAL_DAYS)
    recent = [piece for piece in on_crypto if piece.at >= since]

    def on_subject(piece: Piece) -> bool:
        return names_asset(piece.text, assets) or names_protocol(piece.text, protocols)

    if regulators:
        feeds = {REGULATORS[name].feed for name in regulators} - {None}
        found = [
            piece
            for piece in on_crypto
            if piece.at >= (since_official if piece.official else since)
            and (piece.sourced.source in feeds or names_regulator(piece.text, regulators))
            and (not (assets or protocols) or on_subject(piece))
        ]
    elif assets or protocols:
        found = [piece for piece in recent if on_subject(piece)]
    else:
        found = recent
    stories = folded(found)
    ranked = sorted(stories, key=lambda story: not story.first.official)
    if ranked or not (assets or protocols or regulators):
        return tuple(ranked[:SHOWN]), False
    return folded(recent)[:SHOWN], True


def _headline(n: int, story: Story, parts: list[Fact]) -> HeadlineView:
    piece, stem = story.first, f"news.{n}"

    def text(name: str, value: str, field: str) -> Fact:
        shown = value or None
        return piece.sourced.leaf(f"{stem}.{name}", shown, "text", field, reason="not in the reply", as_of=piece.at)

    title = text("title", piece.title, piece.field)
    copies = None
    if story.n_outlets > 1:
        others = [
            each.sourced.leaf(f"{stem}.copy_{place}", each.title, "text", each.field, as_of=each.at)
            for place, each in enumerate(story.pieces[1:], start=1)
        ]
        parts += others
        copies = derive(f"{stem}.outlets", story.n_outlets, "count", (title, *others), "outlets that told the same")
    stand = piece.field.rpartition(".")[0]
    return HeadlineView(
        title=title, outlet=text("outlet", piece.outlet, stand),
        address=text("address", piece.address, stand), official=piece.official, copies=copies,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- a move


def _move(view: CandleView, asset: str, parts: list[Fact]) -> MoveView | None:
    """The change of a day, and the hour that moved most in its direction; None with too few hours."""
    bars = view.bars()
    if len(bars) < _HOURS + 1:
        return None
    closes = [float(close) for close in bars.close[-_HOURS - 1 :]]
    if not all(close > 0 for close in closes):
        return None
    change = (closes[-1] / closes[0] - 1) * 100
    hourly = [(after / before - 1) * 100 for before, after in pairwise(closes)]
    place = (min if change < 0 else max)(range(_HOURS), key=hourly.__getitem__)
    began_at = from_ms(int(bars.ts_ms[-_HOURS + place]))
    stem = f"{asset.lower()}.move"
    parts += [view.column, view.last_close]
    sharpest = derive(
        f"{stem}_sharpest", hourly[place], "pct", (view.column,), "largest change of one hour, close on close"
    )
    return MoveView(
        change=derive(
            f"{stem}_24h", change, "pct", (view.column, view.last_close), "last close against 24 hours before"
        ),
        sharpest=msgspec.structs.replace(sharpest, as_of=began_at),
        began_at=began_at,
    )


def _near(stories: Sequence[Story], assets: tuple[str, ...], move: MoveView) -> tuple[Story, ...]:
    """Stories from shortly before the sharpest hour that name the asset, then those that move every market."""
    found = [
        story
        for story in stories
        if move.began_at - BEFORE <= story.first.at <= move.began_at + AFTER
        and (names_asset(story.first.text, assets) or moves_all(story.first))
    ]
    found.sort(key=lambda story: (not names_asset(story.first.text, assets), abs(story.first.at - move.began_at)))
    return tuple(found[:CANDIDATES])


def _timed(view: HeadlineView, story: Story, move: MoveView) -> HeadlineView:
    """A headline with how long before the sharpest hour it came."""
    hours = round((move.began_at - story.first.at).total_seconds() / 3600, 1)
    stem = view.title.id.rpartition(".")[0]
    lead = derive(
        f"{stem}.lead", hours, "h", (view.title, move.sharpest), "beginning of the sharpest hour less its time"
    )
    return msgspec.structs.replace(view, lead=lead)

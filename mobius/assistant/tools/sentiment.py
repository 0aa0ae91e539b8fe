"""The mood of a crowd and its attention. Here: the sentiment tool. Not here: what moved a price (news), the whole market
(market), scoring a text or a file (the command of that name).
"""

from __future__ import annotations

from functools import partial

from msgspec import Struct

from mobius.core.errors import BadParameter, NoData
from mobius.core.facts import Fact, echo
from mobius.core.gather import gather
from mobius.core.instants import span_s
from mobius.core.mood_views import MoodPart, MoodView
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Line, ListDraft, TableDraft, TextDraft, Writer

ASSETS_MOST = 4
LONGEST_H = 30 * 24
"""Beyond a month nothing here tells what was posted."""
_USUAL_WINDOW = "7d"
_BLANK = "–"


class SentimentQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...] = ()
    window: str = _USUAL_WINDOW


class SentimentReport(Struct, frozen=True, kw_only=True):
    views: tuple[MoodView, ...]
    window: Fact
    """Days, or hours where it is no number of days."""
    shortened: bool
    silent: tuple[str, ...] = ()
    """Assets on which nobody told anything."""


async def run(query: SentimentQuery, ctx: Context) -> SentimentReport:
    """Mood and attention of each asset named, of crypto at large where none is."""
    if len(query.assets) > ASSETS_MOST:
        raise BadParameter("Those are too many assets to listen to at once.", hint="Name up to four of them.")
    wanted = max(1, round(span_s(query.window) / 3_600))
    hours = min(wanted, LONGEST_H)
    stated = query.window != _USUAL_WINDOW
    window = (
        echo("sentiment.days", hours // 24, "count", "window", stated=stated)
        if hours % 24 == 0
        else echo("sentiment.hours", hours, "count", "window", stated=stated)
    )

    alone = len(query.assets) <= 1  # the press is asked slowly: side by side, some would have its voice and others not
    ask = partial(ctx.desk.mood, hours=hours, now=ctx.clock.now(), compute=ctx.compute, press=alone, at=ctx.as_of)
    names: dict[str, str | None] = {asset: asset for asset in query.assets} or {"": None}
    got = await gather({name: partial(ask, asset) for name, asset in names.items()})
    for error in got.failures.values():
        if not isinstance(error, NoData) or not got.results:
            raise error
    return SentimentReport(
        views=tuple(got.results.values()), window=window, shortened=wanted > hours, silent=tuple(got.failures)
    )


# ---------------------------------------------------------------------------------------------------------------- words


def words(report: SentimentReport, say: Writer) -> Draft:
    first = report.views[0]
    blocks: list[BlockDraft] = []
    if len(report.views) > 1:
        blocks.append(_side_by_side(report, say))
    else:
        blocks += [_voices(first, say), TextDraft(_details(first, say))]
        if first.quotes:
            blocks.append(_quotes(first, say))
    return Draft(
        headline=_compared(report, say) if len(report.views) > 1 else _headline(first, report.window, say),
        blocks=tuple(block for block in blocks if not isinstance(block, TextDraft) or block.line),
        caveats=tuple(_caveats(report, say)),
        followups=_followups(first, say),
        status="partial" if report.silent or not any(view.enough for view in report.views) else None,
    )


def _name(view: MoodView) -> str:
    return view.asset or "crypto"


def _headline(view: MoodView, window: Fact, say: Writer) -> Line:
    asset = _name(view)
    if view.enough and view.score.value is not None:
        line = say.say(
            "Mood on {asset} is {band} ({score:score}, n = {posts:count})",
            asset=asset, band=view.band, score=view.score, posts=view.posts,
        )  # fmt: skip
    else:
        line = _few(view, window, say)
    if view.fear_greed is not None and view.fear_greed_label is not None:
        line += say.say("; fear & greed {index:index} ({label})", index=view.fear_greed, label=view.fear_greed_label)
    elif view.attention.value is not None:
        line += say.say(
            "; attention {attention:index}× normal ({names})",
            attention=view.attention, names=", ".join(one.name for one in view.lookups if one.ratio.value is not None),
        )  # fmt: skip
    return line + say.say(".")


def _few(view: MoodView, window: Fact, say: Writer) -> Line:
    if not view.posts.value:
        return say.say("No posts on {asset} in ", asset=_name(view)) + _span(window, say)
    return say.say(
        "Too few posts on {asset} to tell a mood: n = {posts:count} in ", asset=_name(view), posts=view.posts
    ) + (_span(window, say))


def _span(window: Fact, say: Writer) -> Line:
    if window.id.endswith("hours"):
        return say.say("{window:count} h", window=window)
    return say.say("a day") if window.value == 1 else say.say("{window:count} days", window=window)


def _voices(view: MoodView, say: Writer) -> TableDraft:
    rows = [_voice(part, say) for part in view.voices if part.score.value is not None]
    return say.table(("voice", "mood", "weight", "posts"), rows)


def _voice(part: MoodPart, say: Writer) -> tuple[Line, ...]:
    return (
        say.cell(part.name),
        say.cell(part.score, "score"),
        _cell(part.share, "pct", say),
        _dash(say) if part.posts is None else _cell(part.posts, "count", say),
    )


def _cell(fact: Fact, fmt: str, say: Writer) -> Line:
    """A figure, or a dash where it is not known: why stands with the fact."""
    return _dash(say) if fact.value is None else say.cell(fact, fmt)


def _dash(say: Writer) -> Line:
    return say.cell(_BLANK)


def _details(view: MoodView, say: Writer) -> Line:
    pieces: list[Line] = []
    if view.coverage.value is not None:
        pieces.append(say.say("{coverage:pct} of the weight spoke", coverage=view.coverage))
    if view.error.value is not None:
        pieces.append(say.say("standard error {error:ratio}", error=view.error))
    if view.trend.value is not None:
        pieces.append(say.say("newest day {trend:score} against before", trend=view.trend))
    if view.price_change.value is not None:
        pieces.append(say.say("price {change:change} in 24 h", change=view.price_change))
    pieces += [
        say.say(
            "{name}: {now:count} on the newest day, usually {usual:count}", name=one.name, now=one.now, usual=one.usual
        )
        for one in view.lookups
        if one.ratio.value is not None
    ]
    return say.joined(pieces)


def _quotes(view: MoodView, say: Writer) -> ListDraft:
    items = [
        say.say("“{text}” ({place}, {score:score})", text=quote.text, place=quote.place, score=quote.score)
        for quote in view.quotes
    ]
    return ListDraft(items=tuple(items), title=say.say("Posts, in their own words"))


def _compared(report: SentimentReport, say: Writer) -> Line:
    told = [view for view in report.views if view.enough and view.score.value is not None]
    if len(told) < 2:
        return _headline(told[0] if told else report.views[0], report.window, say)
    gladdest = max(told, key=lambda view: view.score.number() or 0.0)
    grimmest = min(told, key=lambda view: view.score.number() or 0.0)
    return say.say(
        "Mood is better on {gladdest} ({high:score}, {band}) than on {grimmest} ({low:score}, {other}).",
        gladdest=_name(gladdest), high=gladdest.score, band=gladdest.band,
        grimmest=_name(grimmest), low=grimmest.score, other=grimmest.band,
    )  # fmt: skip


def _side_by_side(report: SentimentReport, say: Writer) -> TableDraft:
    rows = [
        (
            say.cell(_name(view)),
            _cell(view.score, "score", say),
            say.cell(view.band or _BLANK),
            _cell(view.posts, "count", say),
            _cell(view.attention, "index", say),
        )
        for view in report.views
    ]
    return say.table(("", "score", "mood", "posts", "attention, times normal"), rows)


def _caveats(report: SentimentReport, say: Writer) -> list[Line]:
    lines = [say.say("Nobody told anything on {asset}.", asset=asset) for asset in report.silent]
    if len(report.views) > 1:
        lines.append(say.say("Side by side, moods are of posts alone; the press is heard for one asset at a time."))
    for view in report.views:
        if not view.enough and len(report.views) > 1:
            lines.append(say.say("Too few posts on {asset} to tell a mood.", asset=_name(view)))
        if not view.enough and view.score.value is not None and len(report.views) == 1:
            lines.append(say.say("What there is sounds {band} ({score:score}).", band=view.band, score=view.score))
        if view.repeats.value or view.spam.value:
            lines.append(
                say.say(
                    "Weighed down on {asset}: {repeats:count} repeats, {spam:count} that read like spam.",
                    asset=_name(view),
                    repeats=view.repeats,
                    spam=view.spam,
                )
            )
    missing = dict.fromkeys(name for view in report.views for name in view.missing)
    if missing:
        lines.append(say.say("Not asked, for want of a key: {names}.", names=", ".join(missing)))
    if report.shortened:
        lines.append(say.say("Posts are heard for thirty days at most."))
    return lines


def _followups(view: MoodView, say: Writer) -> tuple[Line, ...]:
    if view.asset is None:
        return (say.say("sentiment BTC"), say.say("how's the market"), say.say("what is the fear and greed index"))
    other = say.say("sentiment ETH") if view.asset != "ETH" else say.say("sentiment BTC")
    return (say.say("why did {asset} move", asset=view.asset), say.say("chart {asset} 7d", asset=view.asset), other)


TOOL = Tool(
    name="sentiment",
    intents=("sentiment",),
    query=SentimentQuery,
    report=SentimentReport,
    run=run,
    words=words,
    examples=("what does reddit think of DOGE", "btc sentiment", "mood on crypto"),
    summary="Mood and attention of the crowd: posts, press, look-ups.",
    positional=("assets",),
)

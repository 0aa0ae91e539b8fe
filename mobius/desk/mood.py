"""The mood of a crowd and its attention. Here: posts, press and look-ups of one asset, put together. Not here: scoring a text
(sentiment), which posts there are (sources).

Each network's posts are scored one by one, copies, floods and spam weighed down; networks and the press are then weighed
together. A voice that did not speak takes its weight with it and is named: it counts neither as neutral nor as nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from statistics import median
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mobius.core.assets import ASSETS
from mobius.core.crowds import crowd_of
from mobius.core.errors import MobiusError, NoData, SourceError
from mobius.core.facts import Fact, Sourced, column_digest, derive, unknown
from mobius.core.gather import Gathered, gather
from mobius.core.imported import Imported, ImportedSeries
from mobius.core.market_views import PriceView
from mobius.core.mood_needs import PageviewDay, PageviewsQuery, PostRow, PostsQuery
from mobius.core.mood_views import AttentionPart, MoodPart, MoodView, QuoteView
from mobius.core.needs import FearGreedQuery, Source
from mobius.core.ports import Compute
from mobius.core.record_needs import TonePoint, ToneQuery
from mobius.core.sources import Need, SourceSpec
from mobius.desk.failures import failures_of, told
from mobius.sentiment.composite import FEW, Part, attention, band, composite, mean_mood
from mobius.sentiment.crowd import Post, is_spam, weigh
from mobius.sentiment.reading import read

NEEDS: tuple[Need, ...] = ("posts", "tone", "pageviews", "fear_greed")
WEIGHTS: Mapping[str, float] = {"reddit": 3.0, "x": 3.0, "bluesky": 2.0, "gdelt": 2.0}
"""What each voice weighs in the composite."""
TITLES: Mapping[str, str] = {"reddit": "Reddit", "x": "X", "bluesky": "Bluesky", "gdelt": "press (GDELT)"}
GRACE_S = 2.5
"""How long the others may take once the first has answered: a feed is slow, an answer is not."""
POSTS_MOST = 500
"""Posts of one network that are scored, the newest."""
TONE_FULL = 5
"""GDELT's average tone of a topic hardly leaves -5 to 5: that is -1 to 1 here."""
USUAL_DAYS = 30
QUOTE_MOST = 160
STALE_DAYS = 14
"""Search interest that was imported and ends before says nothing of now."""
_PRICE = "price"
_TREND_POSTS = 15
"""Posts on either side of the newest day without which no trend is told."""

Prices = Callable[[tuple[str, ...]], Awaitable[tuple[PriceView, ...]]]


class _Scored(Struct, frozen=True):
    """The posts of one network with what each says and weighs."""

    source: Sourced[tuple[PostRow, ...]]
    rows: tuple[PostRow, ...]
    scores: tuple[float, ...]
    weights: tuple[float, ...]
    repeats: int
    spam: int


async def live_mood(
    sources: Sequence[Source], lacking: Sequence[SourceSpec], imported: Imported | None, prices: Prices, compute: Compute,
    *, asset: str | None, hours: int, now: datetime, press: bool = True,
) -> MoodView:  # fmt: skip
    """Mood and attention of one asset, of crypto at large without one; posts alone without `press`.

    Raises NoData where nobody tells anything.
    """
    got = await gather(_jobs(sources, prices, asset, hours, now), limit=16, grace_s=GRACE_S)
    failures = failures_of(got)
    since = now - timedelta(hours=hours)
    scored: dict[str, _Scored] = {}
    for source in sources:
        if "posts" in source.offers and source.spec.name in got.results:
            scored[source.spec.module] = await compute(_score, got.results[source.spec.name], since)
    trends = await _imported_interest(imported, asset, now)
    views: Sourced[tuple[PageviewDay, ...]] | None = got.results.get("wikipedia")
    tone: Sourced[tuple[TonePoint, ...]] | None = got.results.get("gdelt")
    if not any(one.rows for one in scored.values()) and tone is None and views is None and trends is None:
        said = told(failures, sources) or "nobody posts about it"
        raise NoData("mood", f"Nothing tells the mood on {asset or 'crypto'}: {said}.",
                     hint="`mobius doctor` shows which sources answer, and what a key would add.")  # fmt: skip
    parts: list[Fact] = []
    lookups = tuple(_lookups(views, trends, asset, parts))
    voices = [name for name in WEIGHTS if press or name != "gdelt"]
    view = _view(asset, scored, tone, lookups, since, now, got, parts, voices)
    return replace(view, missing=_missing(lacking, scored), failures=failures, parts=tuple(parts))


# -------------------------------------------------------------------------------------------------------------- asking


def _jobs(
    sources: Sequence[Source], prices: Prices, asset: str | None, hours: int, now: datetime
) -> dict[str, Callable[[], Awaitable[Any]]]:
    jobs: dict[str, Callable[[], Awaitable[Any]]] = {}
    crowd = crowd_of(asset)
    families: dict[str, list[Source]] = {}
    for source in sources:
        if "posts" in source.offers:
            families.setdefault(source.spec.module, []).append(source)
    for members in families.values():
        members.sort(key=lambda one: one.spec.name)
        jobs[members[0].spec.name] = partial(_first, members, PostsQuery(asset=asset))
    for source in sources:
        if "tone" in source.offers:
            words = tuple(word for word in crowd.words if not word.startswith("$") and len(word) > 3) or crowd.words[:1]
            query = ToneQuery(words=words, days=max(1, hours // 24))
            jobs[source.spec.name] = partial(source.offers["tone"], query, source.http)
        if "pageviews" in source.offers and crowd.article is not None:
            last = (now - timedelta(days=1)).date()
            span = PageviewsQuery(article=crowd.article, first=last - timedelta(days=USUAL_DAYS + 2), last=last)
            jobs[source.spec.name] = partial(source.offers["pageviews"], span, source.http)
        if "fear_greed" in source.offers and asset is None:
            jobs["fear_greed"] = partial(source.offers["fear_greed"], FearGreedQuery(days=2), source.http)
    if asset is not None:
        jobs[_PRICE] = partial(_price, prices, asset)
    return jobs


async def _first(members: Sequence[Source], query: PostsQuery) -> Sourced[tuple[PostRow, ...]]:
    """The posts of the first that gives any, the one with a key before the feeds; the first error where none does."""
    first: SourceError | None = None
    for source in members:
        try:
            found: Sourced[tuple[PostRow, ...]] = await source.offers["posts"](query, source.http)
        except SourceError as error:
            first = first or error
        else:
            return found
    assert first is not None
    raise first


async def _price(prices: Prices, asset: str) -> PriceView | None:
    """The price beside the mood; that nobody tells it costs the mood nothing."""
    try:
        return (await prices((asset,)))[0]
    except MobiusError:
        return None


async def _imported_interest(imported: Imported | None, asset: str | None, now: datetime) -> ImportedSeries | None:
    if imported is None:
        return None
    names = ("cryptocurrency", "crypto") if asset is None else (ASSETS[asset].name if asset in ASSETS else asset, asset)
    for name in names:
        series = await imported.series("google_trends", name.lower(), until=now)
        if series is not None and (now.date() - series.info.last).days <= STALE_DAYS:
            return series
    return None


def _missing(lacking: Sequence[SourceSpec], scored: Mapping[str, _Scored]) -> tuple[str, ...]:
    """Networks that were not asked for want of a key; not one whose feeds answered without."""
    return tuple(
        f"{spec.title} ({spec.key.setting}{f', {spec.cost.cap_setting}' if spec.cost is not None else ''})"
        for spec in lacking
        if spec.key is not None and spec.module in WEIGHTS and spec.module not in scored
    )


# ------------------------------------------------------------------------------------------------------------- scoring


def _score(source: Sourced[tuple[PostRow, ...]], since: datetime) -> _Scored:
    """Score the newest posts of a network that are of the window and can be read."""
    from mobius.sentiment.classifier import Classifier

    inside = [row for row in source.value if (row.at is None or row.at >= since) and _readable(row.text)]
    rows = tuple(sorted(inside, key=lambda row: (row.at is not None, row.at or since), reverse=True)[:POSTS_MOST])
    classifier = Classifier.load()
    weighed = weigh([Post(text=row.text, author=row.author, votes=row.votes) for row in rows])
    scores = tuple(round(classifier.mood(row.text).score, 4) for row in rows)
    return _Scored(source, rows, scores, weighed.weights, weighed.repeats, weighed.spam)


def _readable(text: str) -> bool:
    """Mostly in letters that the lexicon knows: it reads English."""
    letters = [char for char in text if char.isalpha()]
    return bool(letters) and sum(char.isascii() for char in letters) >= 0.8 * len(letters)


def _view(
    asset: str | None, scored: Mapping[str, _Scored], tone: Sourced[tuple[TonePoint, ...]] | None,
    lookups: tuple[AttentionPart, ...], since: datetime, now: datetime, got: Gathered[Any], parts: list[Fact],
    voices: Sequence[str],
) -> MoodView:  # fmt: skip
    stem = f"{(asset or 'crypto').lower()}.mood"
    counts = {name: _counted(stem, name, one) for name, one in scored.items()}
    scores: dict[str, Fact] = {name: _posts_score(stem, name, one, counts[name]) for name, one in scored.items()}
    if tone is not None:
        scores["gdelt"] = _press(stem, tone, since, parts)
    whole = composite([Part(name=name, score=_number(scores.get(name)), weight=WEIGHTS[name]) for name in voices])
    spoke = [scores[name] for name in whole.weights]
    parts += [*counts.values(), *scores.values()]
    n_posts = sum(len(one.rows) for one in scored.values())
    score = (
        derive(f"{stem}.score", whole.score, "ratio", spoke, "mean of the parts that spoke, by their weights")
        if whole.score is not None
        else unknown(f"{stem}.score", "ratio", "nobody spoke")
    )
    known = tuple(counts.values())
    price = got.results.get(_PRICE)
    if price is not None:
        parts += [price.price, *price.parts]
    return MoodView(
        asset=asset,
        score=score,
        band="" if whole.score is None else band(whole.score),
        error=_error(stem, scored, known),
        posts=_total(f"{stem}.posts", n_posts, known, "posts of all networks in the window"),
        enough=n_posts >= FEW,
        coverage=derive(
            f"{stem}.coverage", round(100 * whole.coverage, 2), "pct", spoke, "weight that spoke over the whole"
        )
        if spoke
        else unknown(f"{stem}.coverage", "pct", "nobody spoke"),
        voices=tuple(
            _voice(stem, name, scores.get(name), counts.get(name), whole.weights.get(name)) for name in voices
        ),
        trend=_trend(stem, scored, known, now),
        price_change=price.change_24h if price is not None else unknown(f"{stem}.price_change", "pct", "no price"),
        attention=_attention(stem, lookups),
        lookups=lookups,
        repeats=_total(f"{stem}.repeats", sum(one.repeats for one in scored.values()), known, "near-duplicates"),
        spam=_total(f"{stem}.spam", sum(one.spam for one in scored.values()), known, "tickers strewn about, giveaways"),
        quotes=_quotes(stem, scored, counts),
        **_fear_greed(got.results.get("fear_greed")),
    )


def _number(fact: Fact | None) -> float | None:
    return None if fact is None else fact.number()


def _counted(stem: str, name: str, one: _Scored) -> Fact:
    """The posts of one network as a column fact: what each scored and weighed."""
    leaf = one.source.leaf(f"{stem}.posts.{name}", len(one.rows), "count", "posts of the window")
    digest = column_digest({"score": one.scores, "weight": one.weights})
    return replace(leaf, n=len(one.rows), sha256=digest)


def _posts_score(stem: str, name: str, one: _Scored, posts: Fact) -> Fact:
    found = mean_mood(one.scores, one.weights)
    if found is None:
        return unknown(f"{stem}.score.{name}", "ratio", "no post in the window")
    how = "mean of each post's mood; copies, floods and spam weighed down, votes by their logarithm"
    return derive(f"{stem}.score.{name}", round(found[0], 4), "ratio", (posts,), how)


def _press(stem: str, tone: Sourced[tuple[TonePoint, ...]], since: datetime, parts: list[Fact]) -> Fact:
    points = [point for point in tone.value if point.at >= since] or list(tone.value[-1:])
    values = [float(point.value) for point in points]
    leaf = replace(
        tone.leaf(f"{stem}.tone", len(points), "count", "timeline[0].data", as_of=points[-1].at),
        n=len(points),
        sha256=column_digest({"tone": values}),
    )
    parts.append(leaf)
    score = max(-1.0, min(1.0, sum(values) / len(values) / TONE_FULL))
    how = "mean of GDELT's average tone, a tone of five counted as one"
    return derive(f"{stem}.score.gdelt", round(score, 4), "ratio", (leaf,), how)


def _voice(stem: str, name: str, score: Fact | None, posts: Fact | None, share: float | None) -> MoodPart:
    said = score if score is not None else unknown(f"{stem}.score.{name}", "ratio", "not asked, or it did not answer")
    weight = (
        derive(f"{stem}.share.{name}", round(100 * share, 2), "pct", (said,), "its weight over those that spoke")
        if share is not None
        else unknown(f"{stem}.share.{name}", "pct", "it did not speak")
    )
    return MoodPart(name=TITLES[name], score=said, share=weight, posts=posts)


def _pooled(scored: Mapping[str, _Scored]) -> list[tuple[PostRow, float, float]]:
    return [row for one in scored.values() for row in zip(one.rows, one.scores, one.weights, strict=True)]


def _error(stem: str, scored: Mapping[str, _Scored], known: Sequence[Fact]) -> Fact:
    pooled = _pooled(scored)
    found = mean_mood([score for _, score, _ in pooled], [weight for *_, weight in pooled])
    if found is None:
        return unknown(f"{stem}.error", "ratio", "no post in the window")
    return derive(f"{stem}.error", round(found[1], 2), "ratio", known, "spread over the root of the voices there are")


def _total(fact_id: str, value: int, known: Sequence[Fact], how: str) -> Fact:
    return derive(fact_id, value, "count", known, how) if known else unknown(fact_id, "count", "no network answered")


def _trend(stem: str, scored: Mapping[str, _Scored], known: Sequence[Fact], now: datetime) -> Fact:
    """The newest day against the days before; with few posts on either side there is none."""
    day_ago = now - timedelta(days=1)
    dated = [(row.at, score, weight) for row, score, weight in _pooled(scored) if row.at is not None]
    new = [(score, weight) for at, score, weight in dated if at >= day_ago]
    old = [(score, weight) for at, score, weight in dated if at < day_ago]
    if min(len(new), len(old)) < _TREND_POSTS:
        return unknown(f"{stem}.trend", "ratio", "too few posts before or within the newest day")
    after, before = mean_mood(*zip(*new, strict=True)), mean_mood(*zip(*old, strict=True))
    if after is None or before is None:
        return unknown(f"{stem}.trend", "ratio", "too few posts before or within the newest day")
    return derive(
        f"{stem}.trend", round(after[0] - before[0], 4), "ratio", known, "newest 24 hours less the time before"
    )


# ----------------------------------------------------------------------------------------------------------- attention


def _lookups(
    views: Sourced[tuple[PageviewDay, ...]] | None, trends: ImportedSeries | None, asset: str | None, parts: list[Fact]
) -> list[AttentionPart]:
    stem = f"{(asset or 'crypto').lower()}.attention"
    found = []
    if views is not None and len(views.value) > 1:
        days = views.value[-(USUAL_DAYS + 1) :]
        newest = days[-1]
        now = views.leaf(f"{stem}.views", newest.views, "count", newest.field)
        before = [day.views for day in days[:-1]]
        column = replace(
            views.leaf(f"{stem}.views.before", len(before), "count", "items"),
            n=len(before), sha256=column_digest({"views": before}),
        )  # fmt: skip
        found.append(_lookup(stem, "Wikipedia views", now, column, before, parts))
    if trends is not None and len(trends.points) > 1:
        values = [
            float(point.value if point.value is not None else (point.less_than or 0) / 2) for point in trends.points
        ]
        source = _from_file(trends)
        now = source.leaf(f"{stem}.searches", values[-1], "index", f"{trends.points[-1].day}")
        column = replace(
            source.leaf(f"{stem}.searches.before", len(values) - 1, "count", "points"),
            n=len(values) - 1, sha256=column_digest({"searches": values[:-1]}),
        )  # fmt: skip
        found.append(_lookup(stem, "Google Trends, imported", now, column, values[-USUAL_DAYS - 1 : -1], parts))
    return found


def _from_file(trends: ImportedSeries) -> Sourced[None]:
    info = trends.info
    return Sourced(
        value=None, source="imported", endpoint=f"{info.kind}/{info.name}", as_of=info.imported_at,
        fetched_at=info.imported_at, tier="history",
    )  # fmt: skip


def _lookup(stem: str, name: str, now: Fact, column: Fact, before: Sequence[float], parts: list[Fact]) -> AttentionPart:
    usual = derive(f"{column.id}.usual", round(median(before), 2), now.unit, (column,), "median of the days before")
    ratio = attention([*before, now.number() or 0.0])
    fact_id = f"{now.id}.ratio"
    parts += [now, column, usual]
    return AttentionPart(
        name=name, now=now, usual=usual,
        ratio=derive(fact_id, round(ratio, 3), "ratio", (now, usual), "newest day over the usual")
        if ratio is not None
        else unknown(fact_id, "ratio", "too few days to know what is usual"),
    )  # fmt: skip


def _attention(stem: str, lookups: Sequence[AttentionPart]) -> Fact:
    known = [one.ratio for one in lookups if one.ratio.value is not None]
    fact_id = f"{stem}.attention"
    if not known:
        return unknown(fact_id, "ratio", "nobody counts how often it is looked up")
    mean = sum(fact.number() or 0.0 for fact in known) / len(known)
    return derive(fact_id, round(mean, 3), "ratio", known, "mean of what is looked up against its usual")


# -------------------------------------------------------------------------------------------------------------- quotes


def _quotes(stem: str, scored: Mapping[str, _Scored], counts: Mapping[str, Fact]) -> tuple[QuoteView, ...]:
    """Three posts that tell: the gladdest, the grimmest, and the one that weighs most of the rest."""
    pool = [
        (name, place)
        for name, one in scored.items()
        for place in range(len(one.rows))
        if one.weights[place] >= 0.5 and not is_spam(read(one.rows[place].text)) and len(one.rows[place].text) >= 12
    ]

    def score(at: tuple[str, int]) -> float:
        return scored[at[0]].scores[at[1]]

    def weight(at: tuple[str, int]) -> float:
        return scored[at[0]].weights[at[1]]

    chosen: list[tuple[str, int]] = []
    for worth in (lambda at: score(at) * weight(at), lambda at: -score(at) * weight(at), lambda at: weight(at)):
        left = [at for at in pool if at not in chosen]
        if left:
            chosen.append(max(left, key=worth))
    return tuple(
        _quote(f"{stem}.quote{n}", scored[name], place, counts[name]) for n, (name, place) in enumerate(chosen)
    )


def _quote(fact_id: str, one: _Scored, place: int, posts: Fact) -> QuoteView:
    row = one.rows[place]
    text = row.text if len(row.text) <= QUOTE_MOST else row.text[: QUOTE_MOST - 1].rsplit(" ", 1)[0].rstrip() + "…"
    said = one.source.leaf(fact_id, text, "text", row.field, as_of=row.at)
    where = one.source.leaf(f"{fact_id}.place", row.place, "text", row.field, as_of=row.at)
    how = "the classifier's chance of a good mood less that of a bad one"
    return QuoteView(
        text=said, place=where, score=derive(f"{fact_id}.score", one.scores[place], "ratio", (said, posts), how)
    )


def _fear_greed(sourced: Sourced[Any] | None) -> dict[str, Any]:
    if sourced is None or not sourced.value:
        return {}
    today = max(sourced.value, key=lambda day: day.at)
    return {
        "fear_greed": sourced.leaf("crypto.fear_greed", today.value, "index", today.field, as_of=today.at),
        "fear_greed_label": sourced.leaf("crypto.fear_greed_label", today.label, "text", today.field, as_of=today.at),
    }

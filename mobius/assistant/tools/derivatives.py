"""The state of perpetuals, futures and options of an asset. Here: the derivatives tool. Not here: trades between venues
(arbitrage), what comes next (forecast), how venues become one figure (desk)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.facts import Fact
from mobius.core.market_views import BasisView, DerivativesView, ExpiryView
from mobius.core.protocols import EXCHANGES
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Line, TableDraft, TextDraft, Writer

MOST_EXPIRIES = 6
_BLANK = "–"


class DerivativesQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...] = ("BTC",)
    exchanges: tuple[str, ...] = ()
    text: str = ""
    """The question: what it asks for leads the answer."""


Aspect = Literal["funding", "volatility", "basis", "open interest"]
_ASKED: tuple[tuple[Aspect, re.Pattern[str]], ...] = (
    ("funding", re.compile(r"\bfunding\b", re.IGNORECASE)),
    ("volatility", re.compile(r"\b(?:iv|dvol|implied|vol|volatility|skew|options?)\b", re.IGNORECASE)),
    ("open interest", re.compile(r"\b(?:oi|open interest)\b", re.IGNORECASE)),
    ("basis", re.compile(r"\b(?:basis|futures|contango|backwardation|premium)\b", re.IGNORECASE)),
)


class DerivativesReport(Struct, frozen=True, kw_only=True):
    views: tuple[DerivativesView, ...]
    missing: tuple[str, ...] = ()
    """Assets asked for that no venue has a contract on."""
    aspect: Aspect = "funding"
    """What was asked for, and leads."""


async def run(query: DerivativesQuery, ctx: Context) -> DerivativesReport:
    """Funding, open interest, basis and implied volatility of each asset; what no venue gives is named, never filled."""
    views = await ctx.desk.derivatives(query.assets, exchanges=_exchanges(query.exchanges), at=ctx.as_of)
    found = {view.asset for view in views}
    missing = tuple(asset for asset in query.assets if asset not in found)
    return DerivativesReport(views=views, missing=missing, aspect=aspect_of(query.text))


def aspect_of(text: str) -> Aspect:
    """What a question leads with; funding where it names nothing.

    >>> aspect_of("implied vol btc"), aspect_of("how are perps")
    ('volatility', 'funding')
    """
    for aspect, asked in _ASKED:
        if asked.search(text):
            return aspect
    return "funding"


def _exchanges(names: tuple[str, ...]) -> tuple[str, ...]:
    """Exchanges by their registered names, whatever case or spelling they were typed in."""
    by_word = {word: slug for slug, exchange in EXCHANGES.items() for word in exchange.aliases}
    return tuple(dict.fromkeys(by_word.get(" ".join(name.lower().split()), name.lower()) for name in names))


# ---------------------------------------------------------------------------------------------------------------- words


def words(report: DerivativesReport, say: Writer) -> Draft:
    caveats = [say.say("No venue here has derivatives of {asset}.", asset=_name(asset)) for asset in report.missing]
    status: Literal["partial"] | None = "partial" if report.missing else None
    if len(report.views) > 1:
        return Draft(
            headline=_widest(report.views, say), blocks=(_assets(report.views, say),), caveats=tuple(caveats),
            followups=_followups(report.views[0], say), status=status,
        )  # fmt: skip
    (view,) = report.views
    blocks: list[BlockDraft] = []
    details = _details(view, say)
    if details:
        blocks.append(TextDraft(details))
    if view.perpetuals:
        blocks.append(_venues(view, say))
    if view.basis or view.expiries:
        blocks.append(_terms(view, say))
    return Draft(
        headline=_leading(view, report.aspect, say) or _headline(view, say),
        blocks=tuple(blocks), caveats=(*caveats, *_caveats(view, say)),
        followups=_followups(view, say), status=status,
    )  # fmt: skip


def _name(ticker: str) -> str:
    return ASSETS[ticker].name if ticker in ASSETS else ticker


def _venue(source: str) -> str:
    """The exchange's name: a source may speak for one part of it."""
    exchange = EXCHANGES.get(source.removesuffix("_futures"))
    return exchange.name if exchange is not None else source


def _payer(rate: Fact) -> str:
    value = rate.number() or 0.0
    return "longs pay" if value > 0 else "shorts pay" if value < 0 else "nobody pays"


def _leading(view: DerivativesView, aspect: Aspect, say: Writer) -> Line:
    """The sentence for what was asked; nothing where that is not known, or funding was asked for."""
    if aspect == "volatility" and view.volatility_index.value is not None:
        return _volatility(view, say)
    if aspect == "basis" and view.basis and view.basis[0].basis.value is not None:
        return _basis(view.basis[0], view.asset, say)
    if aspect == "open interest" and view.open_interest_value.value is not None:
        return say.say(
            "Open interest in {asset} perps is {value:big} on the venues that told it.",
            asset=view.asset,
            value=view.open_interest_value,
        )
    return ()


def _volatility(view: DerivativesView, say: Writer) -> Line:
    return say.say(
        "Options expect {vol:pct} a year of {asset} over the next 30 days.",
        vol=view.volatility_index,
        asset=view.asset,
    )


def _basis(first: BasisView, asset: str, say: Writer) -> Line:
    return say.say(
        "The {asset} future of {day} stands {basis:signed} off its index.", asset=asset, day=first.expires,
        basis=first.basis,
    )  # fmt: skip


def _headline(view: DerivativesView, say: Writer) -> Line:
    if view.funding_8h.value is not None:
        return say.say(
            "Funding on {asset} perps is {rate:rate} per 8 h ({year:rate} a year), {payer}.",
            asset=view.asset, rate=view.funding_8h, year=view.funding_year, payer=_payer(view.funding_8h),
        )  # fmt: skip
    if view.volatility_index.value is not None:
        return _volatility(view, say)
    if view.basis and view.basis[0].basis.value is not None:
        return _basis(view.basis[0], view.asset, say)
    return say.say("No venue told a funding rate of {asset} just now.", asset=view.asset)


def _details(view: DerivativesView, say: Writer) -> Line:
    lines: list[Line] = []
    if view.open_interest.value is not None:
        line = say.say("open interest {held:big}", held=view.open_interest)
        if view.open_interest_value.value is not None:
            line += say.say(" ({value:big})", value=view.open_interest_value)
        lines.append(line)
    if view.volatility_index.value is not None:
        line = say.say("DVOL {index:pct}", index=view.volatility_index)
        if view.volatility_change.value is not None:
            line += say.say(" ({change:signed} points in 24 h)", change=view.volatility_change)
        lines.append(line)
    if view.put_call.value is not None:
        lines.append(say.say("{ratio:ratio} open puts for each call", ratio=view.put_call))
    return say.joined(lines)


def _venues(view: DerivativesView, say: Writer) -> TableDraft:
    """Funding by venue on one scale, dearest for longs first."""
    ranked = sorted(view.perpetuals, key=lambda one: (one.per_8h.value is None, -(one.per_8h.number() or 0.0)))
    rows = [
        (
            say.cell(_venue(one.source)),
            _cell(one.per_8h, "rate", say),
            _cell(one.per_year, "rate", say),
            _cell(one.interval, "amount", say),
            _cell(one.premium, "rate", say),
            _cell(one.open_interest_value, "big", say),
        )
        for one in ranked
    ]
    return say.table(("venue", "per 8 h", "a year", "paid every", "mark − index", "open interest"), rows)


def _terms(view: DerivativesView, say: Writer) -> TableDraft:
    """Basis, volatility and skew by expiry, where each is told."""
    basis = {one.expires_at: one for one in view.basis}
    smiles = {one.expires_at: one for one in view.expiries}
    rows = []
    for expiry in _expiries(basis, smiles):
        future, options = basis.get(expiry), smiles.get(expiry)
        named = options.expires if options is not None else future.expires if future is not None else _BLANK
        rows.append(
            (
                say.cell(named),
                _cell(future.per_year if future is not None else None, "signed", say),
                _cell(options.atm if options is not None else None, "pct", say),
                _cell(options.skew if options is not None else None, "signed", say),
            )
        )
    return say.table(("expiry", "basis a year", "implied vol", "25Δ put − call, points"), rows)


def _expiries(basis: dict[datetime, BasisView], smiles: dict[datetime, ExpiryView]) -> list[datetime]:
    """At most six: those with both a future and options first."""
    ranked = sorted({*basis, *smiles}, key=lambda expiry: (not (expiry in basis and expiry in smiles), expiry))
    return sorted(ranked[:MOST_EXPIRIES])


def _cell(fact: Fact | None, fmt: str, say: Writer) -> Line:
    """A figure, or a dash where it is not known: why stands with the fact."""
    return say.cell(_BLANK) if fact is None or fact.value is None else say.cell(fact, fmt)


def _widest(views: tuple[DerivativesView, ...], say: Writer) -> Line:
    told = [view for view in views if view.funding_8h.value is not None]
    if not told:
        return say.say("No venue told a funding rate just now.")
    most = max(told, key=lambda view: abs(view.funding_8h.number() or 0.0))
    return say.say(
        "The largest funding is on {asset} perps: {rate:rate} per 8 h ({year:rate} a year), {payer}.",
        asset=most.asset, rate=most.funding_8h, year=most.funding_year, payer=_payer(most.funding_8h),
    )  # fmt: skip


def _assets(views: tuple[DerivativesView, ...], say: Writer) -> TableDraft:
    rows = [
        (
            say.cell(view.asset),
            _cell(view.funding_8h, "rate", say),
            _cell(view.funding_year, "rate", say),
            _cell(view.open_interest_value, "big", say),
            _cell(view.volatility_index, "pct", say),
        )
        for view in views
    ]
    return say.table(("", "per 8 h", "a year", "open interest", "DVOL"), rows)


def _caveats(view: DerivativesView, say: Writer) -> list[Line]:
    lines = []
    if isinstance(view.venues.value, int) and view.venues.value > 1:
        lines.append(
            say.say(
                "Median of {n:count} venues, {rate:age}; a year is three payments a day, without compounding.",
                n=view.venues, rate=view.funding_8h,
            )
        )  # fmt: skip
    if view.expiries:
        lines.append(
            say.say("Volatility and skew come from {source}'s own marks.", source=_venue(view.expiries[0].source))
        )
    return lines


def _followups(view: DerivativesView, say: Writer) -> tuple[Line, ...]:
    return (
        say.say("what is a funding rate"),
        say.say("what is implied volatility"),
        say.say("chart {asset} 30d", asset=view.asset),
    )


TOOL = Tool(
    name="derivatives",
    intents=("derivatives",),
    query=DerivativesQuery,
    report=DerivativesReport,
    run=run,
    words=words,
    examples=("what's the funding on ETH", "btc futures basis", "25 delta skew btc"),
    summary="Perpetuals, futures and options: funding, open interest, basis, implied volatility, skew.",
    positional=("assets",),
)

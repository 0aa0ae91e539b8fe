"""Figures of the day that make a term concrete. Here: what each example asks of the desk, and its sentence. Not here: texts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from mobius.assistant.glossary_entries.entry import Example
from mobius.core.desk import Desk
from mobius.core.errors import MobiusError
from mobius.core.facts import Fact, derive
from mobius.core.market_views import PriceView
from mobius.core.words import Line, Writer

_SATS_PER_BITCOIN = 100_000_000


class WorkedExample(Struct, frozen=True, kw_only=True):
    """The figures of one example by name, all known, and every ancestor of them."""

    example: Example
    figures: Mapping[str, Fact]
    parts: tuple[Fact, ...] = ()


async def work_out(example: Example, desk: Desk, at: datetime | None, *, within_s: float) -> WorkedExample | None:
    """Fetch and derive an example's figures; None when one of them is not known or did not come in time."""
    try:
        async with asyncio.timeout(within_s):
            return await (_of_market if example in ("dominance", "fear_greed") else _of_prices)(example, desk, at)
    except (MobiusError, TimeoutError):  # an explanation stands without its example
        return None


async def _of_prices(example: Example, desk: Desk, at: datetime | None) -> WorkedExample | None:
    assets = _ASSETS.get(example, ("BTC",))
    views = await desk.prices(assets, at=at)
    if [view.asset for view in views] != list(assets):
        return None
    figures = _FROM_PRICES[example](views)
    return _checked(example, figures, tuple(fact for view in views for fact in _facts_of(view)))


async def _of_market(example: Example, desk: Desk, at: datetime | None) -> WorkedExample | None:
    market = await desk.market(at=at)
    if example == "fear_greed":
        figures = {"value": market.fear_greed, "label": market.fear_greed_label}
    else:
        figures = {name: market.dominance[name] for name in ("BTC", "ETH") if name in market.dominance}
        if "BTC" not in figures:
            return None
    return _checked(example, figures, market.parts)


def _checked(example: Example, figures: Mapping[str, Fact], parts: tuple[Fact, ...]) -> WorkedExample | None:
    if any(fact.value is None for fact in figures.values()):
        return None
    return WorkedExample(example=example, figures=figures, parts=parts)


def _facts_of(view: PriceView) -> tuple[Fact, ...]:
    return (*view.parts, view.price, view.low_24h, view.high_24h, view.market_cap)


def _ratio(fact_id: str, top: Fact, bottom: Fact, unit: str, how: str, scale: int = 1) -> Fact:
    """Top over bottom, times `scale`; unknown when either is, or when there is nothing to divide by."""
    one, other = top.number(), bottom.number()
    if one is None or not other:
        return derive(fact_id, None, unit, (top, bottom), how, reason="not known today")
    return derive(fact_id, Decimal(str(one)) / Decimal(str(other)) * scale, unit, (top, bottom), how)


def _market_cap(views: tuple[PriceView, ...]) -> Mapping[str, Fact]:
    (view,) = views
    supply = _ratio("explain.supply", view.market_cap, view.price, view.asset, "market cap divided by price")
    return {"price": view.price, "cap": view.market_cap, "supply": supply}


def _satoshi(views: tuple[PriceView, ...]) -> Mapping[str, Fact]:
    (view,) = views
    price = view.price.number()
    value = None if price is None else Decimal(str(price)) / _SATS_PER_BITCOIN
    how = "price divided by a hundred million"
    reason = "the price is not known" if value is None else None
    return {"price": view.price, "sat": derive("explain.sat", value, view.quote, (view.price,), how, reason=reason)}


def _volatility(views: tuple[PriceView, ...]) -> Mapping[str, Fact]:
    (view,) = views
    times = _ratio("explain.high_by_low", view.high_24h, view.low_24h, "ratio", "24 h high divided by 24 h low")
    ratio = times.number()
    value = None if ratio is None else round((Decimal(str(ratio)) - 1) * 100, 4)
    reason = "the range is not known" if value is None else None
    spread = derive("explain.range", value, "pct", (times,), "high over low, less one, in percent", reason=reason)
    return {"low": view.low_24h, "high": view.high_24h, "times": times, "range": spread}


def _volume(views: tuple[PriceView, ...]) -> Mapping[str, Fact]:
    return {"volume": views[0].volume_24h}


def _peg(views: tuple[PriceView, ...]) -> Mapping[str, Fact]:
    (view,) = views
    price = view.price.number()
    value = None if price is None else round((Decimal(str(price)) - 1) * 100, 4)
    reason = "the price is not known" if value is None else None
    gap = derive("explain.gap", value, "pct", (view.price,), "price less one dollar, in percent", reason=reason)
    return {"price": view.price, "gap": gap}


def _staked_ether(views: tuple[PriceView, ...]) -> Mapping[str, Fact]:
    staked, plain = views
    return {
        "ratio": _ratio("explain.steth", staked.price, plain.price, "ETH", "price of stETH divided by price of ETH")
    }


_ASSETS: dict[Example, tuple[str, ...]] = {"peg": ("USDC",), "staked_ether": ("stETH", "ETH")}
_FROM_PRICES = {
    "market_cap": _market_cap, "satoshi": _satoshi, "volatility": _volatility, "volume": _volume, "peg": _peg,
    "staked_ether": _staked_ether,
}  # fmt: skip


def sentence(worked: WorkedExample, say: Writer) -> Line:
    """The example in words; under a past day it says which."""
    past = say.as_of is not None
    first = next(iter(worked.figures.values()))
    when = say.say("On {day:date}: ", day=first) if past else say.say("Right now: ")
    return when + _said(worked, say)


def _said(worked: WorkedExample, say: Writer) -> Line:
    figures = worked.figures
    match worked.example:
        case "market_cap":
            return say.say(
                "Bitcoin at {price:price} has a market cap of {cap:big}, which makes {supply:big} in circulation.",
                **figures,
            )
        case "dominance":
            bitcoin = say.say("Bitcoin's dominance is {BTC:pct}", **figures)
            return bitcoin + (say.say(", Ethereum's {ETH:pct}.", **figures) if "ETH" in figures else say.say("."))
        case "fear_greed":
            return say.say("the index stands at {value:index} ({label:text}).", **figures)
        case "satoshi":
            return say.say("a satoshi is worth {sat:price}, with Bitcoin at {price:price}.", **figures)
        case "volatility":
            return say.say(
                "Bitcoin's 24 h range is {low:price} to {high:price}, its high {range:pct} above its low.", **figures
            )
        case "volume":
            return say.say("Bitcoin's volume over 24 h is {volume:big}.", **figures)
        case "peg":
            return say.say("USDC trades at {price:price}, {gap:signed} from one dollar.", **figures)
        case "staked_ether":
            return say.say("one stETH trades at {ratio:price}.", **figures)

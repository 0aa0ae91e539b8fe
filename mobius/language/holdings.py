"""What a person says to hold. Here: amounts ("2 btc, 10 eth") and weights ("60% btc 40% eth"). Not here: their value."""

from __future__ import annotations

import re
from decimal import Decimal

from mobius.language.mentions import Reading
from mobius.language.numbers import plain
from mobius.language.readings import Named

_RATIO = re.compile(r"(?<![\d/])(\d{1,3})((?:/\d{1,3}){1,5})(?![\d/])")


def read_holdings(reading: Reading, named: list[Named]) -> tuple[dict[str, int | float], set[int]]:
    """Amounts by ticker, and the indices of the entities they count."""
    by_index = {name.index: name for name in named if name.what == "asset"}
    held: dict[str, Decimal] = {}
    used: set[int] = set()
    for quantity in reading.quantities:
        if quantity.percent or quantity.of not in by_index or quantity.of is None:
            continue
        name = by_index[quantity.of]
        held[name.value] = held.get(name.value, Decimal(0)) + quantity.value * (name.entity.entry.size or 1)
        used.add(quantity.of)
    return {ticker: plain(value) for ticker, value in held.items()}, used


def read_weights(reading: Reading, named: list[Named]) -> tuple[dict[str, float], set[int]]:
    """Weights as fractions by ticker, and the indices of the entities they belong to."""
    assets = [name for name in named if name.what == "asset"]
    weights, used = _percents(reading, assets)
    return (weights, used) if weights else _ratio(reading, assets)


def _percents(reading: Reading, assets: list[Named]) -> tuple[dict[str, float], set[int]]:
    shares = [q for q in reading.quantities if q.percent]
    if not shares or not assets:
        return {}, set()
    after = _pair(reading, [(q.end + 1, q.value) for q in shares], assets, ahead=True)
    before = _pair(reading, [(q.start, q.value) for q in shares], assets, ahead=False)
    best = after if len(after) >= len(before) else before
    if len(best) < len(shares):
        return {}, set()
    return {assets[i].value: float(value / 100) for i, value in best.items()}, {assets[i].index for i in best}


def _pair(
    reading: Reading, shares: list[tuple[int, Decimal]], assets: list[Named], *, ahead: bool
) -> dict[int, Decimal]:
    """Asset positions by the share written right before (ahead) or after their name."""
    found: dict[int, Decimal] = {}
    for at, value in shares:
        for i, asset in enumerate(assets):
            gap = reading.tokens[at : asset.entity.start] if ahead else reading.tokens[asset.entity.end : at]
            close = asset.entity.start >= at if ahead else asset.entity.end <= at
            if close and i not in found and len(gap) <= 2 and all(t.low in _BETWEEN for t in gap):
                found[i] = value
                break
    return found


_BETWEEN = frozenset({"in", "of", "%", "percent", ":", "=", "at", "de", "en", "von", "(", "each", "pct", "is", "with"})


def _ratio(reading: Reading, assets: list[Named]) -> tuple[dict[str, float], set[int]]:
    """ "60/40 btc eth": as many shares as assets, that add up to a hundred."""
    match = _RATIO.search(reading.text)
    if match is None:
        return {}, set()
    shares = [int(part) for part in match[0].split("/")]
    if sum(shares) != 100 or len(shares) != len(assets):
        return {}, set()
    return {a.value: share / 100 for a, share in zip(assets, shares, strict=True)}, {a.index for a in assets}

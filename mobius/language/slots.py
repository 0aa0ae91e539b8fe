"""The slots of a question, given its intent. Here: which mentions an intent states as which slots. Not here: finding
        them.

Names and forms are those of the contract: a slot that the text does not state is absent, nothing is guessed.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import Any

from mobius.language.holdings import read_holdings, read_weights
from mobius.language.levels import alert_action, direction, smallest_size, split_quantities
from mobius.language.mentions import Quantity, Reading
from mobius.language.numbers import plain
from mobius.language.readings import SATS_A_BYTE, Named, choose
from mobius.language.spans import Span, window_and_interval

SLOTLESS = frozenset({"help", "greeting", "out_of_scope"})
_QUOTED = frozenset(
    {"price", "convert", "chart", "technicals", "signals", "forecast", "portfolio_risk", "portfolio_optimize", "yield",
    "staking",
     "alerts", "arbitrage", "derivatives", "gas", "crosschain", "wallet", "market", "defi_compare"}
)  # fmt: skip
_PAIRED = frozenset({"price", "chart", "technicals", "signals", "forecast", "derivatives", "alerts"})
_COUNTED = frozenset(
    {
        "convert",
        "yield",
        "staking",
        "portfolio_optimize",
        "crosschain",
        "gas",
        "arbitrage",
        "defi_compare",
        "signals",
        "whales",
    }
)
_RISKED = frozenset({"yield", "portfolio_optimize", "staking", "signals"})
_CHARTED = frozenset({"technicals", "chart", "signals", "alerts"})
_TIMELESS = frozenset({"explain", "contract", "help"})
_ODDS = frozenset({"alerts", "forecast"})
_HELD = frozenset({"portfolio_risk", "portfolio_optimize"})
_PLACED_SLOTS = (("protocol", "protocols"), ("chain", "chains"), ("exchange", "exchanges"))
_HOW_RISKY = re.compile(r"\bhow (?:risky|safe|degen)\b")
"""Asks about a risk, and states no wish."""

Slots = dict[str, Any]


def fill(reading: Reading, intent: str) -> Slots:
    """Every slot that the question states, for one intent."""
    if intent in SLOTLESS:
        return {}
    named = choose(reading, intent)
    slots: Slots = {}
    used: set[int] = set()
    if intent in _HELD:
        used = _holdings(reading, named, slots)
    if intent in _PAIRED:
        used |= _pair(reading, named, slots)
    if intent == "convert":
        _convert(reading, named, slots)
    else:
        assets = [name.value for name in named if name.what == "asset" and name.index not in used]
        if assets:
            slots["assets"] = list(dict.fromkeys(assets))
        if intent in _ODDS or intent == "portfolio_risk":
            _levels(reading, intent, slots)
        _sizes(reading, intent, named, slots)
    for what, slot in _PLACED_SLOTS:
        values = [name.value for name in named if name.what == what]
        if values:
            slots[slot] = list(dict.fromkeys(values))
    if intent == "gas" and "chains" not in slots and SATS_A_BYTE.search(reading.low):
        slots["chains"] = ["bitcoin"]
    _quote(reading, intent, slots)
    _spans(reading, intent, slots)
    _rest(reading, intent, slots)
    return slots


def _holdings(reading: Reading, named: list[Named], slots: Slots) -> set[int]:
    weights, used = read_weights(reading, named)
    if weights and not _is_shock(reading):
        slots["weights"] = weights
        return used
    held, used = read_holdings(reading, named)
    if held:
        slots["holdings"] = held
    return used


def _is_shock(reading: Reading) -> bool:
    _, percents = split_quantities(reading)
    return len(percents) == 1 and direction(reading, percents[0]) is not None


def _pair(reading: Reading, named: list[Named], slots: Slots) -> set[int]:
    """ "eth/btc", "ETH in BTC", "ETHBTC": the second is the quote."""
    assets = [name for name in named if name.what == "asset"]
    for name in assets:
        if name.entity.quote:
            slots["quote"] = name.entity.quote
    for left, right in pairwise(assets):
        between = [token.low for token in reading.tokens[left.entity.end : right.entity.start]]
        joined = between in (
            ["/"],
            ["-"],
            ["in"],
            ["priced", "in"],
            ["in", "terms", "of"],
            ["price", "in"],
            ["chart", "in"],
        )
        counted = any(q.of == right.index for q in reading.quantities)
        if joined and len(assets) == 2 and left.value != right.value and not counted:
            slots["quote"] = right.value
            return {right.index}
    return set()


def _convert(reading: Reading, named: list[Named], slots: Slots) -> None:
    assets = [name for name in named if name.what == "asset"]
    numbers, _ = split_quantities(reading)
    counted = next((q for q in numbers if q.of is not None), None)
    priced = next((q for q in numbers if q.currency), None)
    loose = next(iter(numbers), None)
    if counted is not None:
        held = next((name for name in assets if name.index == counted.of), None)
        if held is not None:
            slots["assets"] = [held.value]
            slots["amount"] = plain(counted.value * (held.entity.entry.size or Decimal(1)))
            wanted = [name.value for name in assets if name.value != held.value]
            currencies = [code for code, _ in reading.currencies]
            if wanted or currencies:
                slots["quote"] = currencies[0] if currencies and not wanted else wanted[0]
            return
    if priced is not None:
        slots["amount"], slots["quote"] = plain(priced.value), priced.currency
        if assets:
            slots["assets"] = [assets[0].value]
        return
    if assets:
        slots["assets"] = [assets[0].value]
        if assets[0].entity.quote:
            slots["quote"] = assets[0].entity.quote
        if len(assets) > 1 and assets[1].value != assets[0].value:
            slots["quote"] = assets[1].value
    if loose is not None:
        slots["amount"] = plain(loose.value)


def _levels(reading: Reading, intent: str, slots: Slots) -> None:
    numbers, percents = split_quantities(reading)
    if percents and "weights" not in slots:
        slots["percent"] = abs(plain(percents[0].value))
    size = smallest_size(reading, intent) if intent == "alerts" else None
    level = None
    if size is not None:
        slots["min_usd"] = plain(size.value)
    elif intent != "portfolio_risk":
        level = next((q for q in numbers if _is_level(reading, q)), None)
    if level is not None and not percents:
        slots["threshold"] = plain(level.value)
    if intent == "alerts" and slots.get("min_usd") is not None:
        return
    about = percents[0] if percents else level
    if about is not None or (intent == "alerts" and reading.indicators):
        side = direction(reading, about)
        if side is not None:
            slots["direction"] = side


def _is_level(reading: Reading, number: Quantity) -> bool:
    """A number that counts no asset (unless a stable one), and is no "one" of plain speech."""
    counts = number.of is not None and not reading.entities[number.of].entry.stable
    return not counts and not (number.words and number.value < 2 and number.currency is None)


def _sizes(reading: Reading, intent: str, named: list[Named], slots: Slots) -> None:
    """Amounts and smallest sizes of intents other than alerts and convert."""
    if intent in ("whales", "yield"):
        size = smallest_size(reading, intent)
        if size is not None:
            slots["min_usd"] = plain(size.value)
    else:
        size = None
    if intent not in _COUNTED:
        return
    numbers = [
        q for q in split_quantities(reading)[0] if q is not size and not q.gwei and _is_amount(reading, q, intent)
    ]
    if not numbers or "holdings" in slots or (intent == "whales" and size is not None):
        return
    amount = next((q for q in numbers if q.of is not None or q.currency), numbers[0])
    unit = next((name.entity.entry.size for name in named if name.index == amount.of), None)
    slots["amount"] = plain(amount.value * (unit or Decimal(1)))
    if amount.currency and intent in _QUOTED:
        slots["quote"] = amount.currency


def _is_amount(reading: Reading, number: Quantity, intent: str) -> bool:
    if number.of is not None or number.currency:
        return not (number.words and number.value == 1)
    if number.words:
        return False
    return intent in ("yield", "staking", "portfolio_optimize", "crosschain", "arbitrage") and number.marked


def _quote(reading: Reading, intent: str, slots: Slots) -> None:
    if intent not in _QUOTED or "quote" in slots or not reading.currencies:
        return
    code, at = reading.currencies[0]
    if intent != "convert" and at and reading.tokens[at - 1].low in ("a", "one"):
        return  # "still worth a dollar" names a level, not a currency to answer in
    if intent == "price" and split_quantities(reading)[0] and code == "USD":
        return  # "under 20 cents" is a level
    beside_level = "threshold" in slots or "min_usd" in slots or intent == "alerts"
    if code == "USD" and beside_level:
        return
    slots["quote"] = code


def _spans(reading: Reading, intent: str, slots: Slots) -> None:
    if intent in _TIMELESS:
        return
    spans = window_and_interval([span for span in reading.spans if not _is_rate(reading, span, intent)], intent)
    if spans.window is not None:
        slots["window"] = spans.window
    if spans.interval is not None:
        slots["interval"] = spans.interval


def _is_rate(reading: Reading, span: Span, intent: str) -> bool:
    """ "what would it make a year": what a rate is told by, not a window."""
    if intent not in ("yield", "staking"):
        return False
    before = reading.low[: span.start].split()[-1:]
    return (bool(before) and before[0] in ("a", "per")) or reading.low[span.start : span.end].startswith(("a ", "per "))


def _rest(reading: Reading, intent: str, slots: Slots) -> None:
    if intent in _RISKED and reading.risks and not _HOW_RISKY.search(reading.low):
        slots["risk"] = reading.risks[0]
    if intent in _CHARTED and reading.indicators:
        slots["indicators"] = list(reading.indicators)
    if reading.addresses:
        slots["address"] = reading.addresses[0]
    if reading.ens:
        slots["ens"] = reading.ens[0]
    if intent == "alerts":
        slots["action"] = alert_action(reading)

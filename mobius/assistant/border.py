"""The one border where typed text becomes a tool's query.

Here: resolving assets, quotes, spans, protocols, chains, risk and sizes; what is missing. Not here: reading them out of a
question (language), whether an unlisted name exists anywhere (the tools).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from mobius.core.assets import ASSETS, find
from mobius.core.errors import BadParameter, UnknownSymbol
from mobius.core.instants import span_s
from mobius.core.tools import Tool

_JOINING = frozenset({"to", "in", "into", "and", "or", "vs", "with", "against"})
"""Words people put between assets on a command line: `convert 1 btc to eur`."""
AMOUNT_MAX = 1e15
"""Beyond this no amount of anything is meant: more than every SHIB there is."""
TEXT_FIELDS = ("term", "text")
"""Query fields that take the question itself when nothing better is known."""
MOST_NAMES = 20
"""Protocols or chains at once; beyond, a list was pasted by mistake."""
_LONGEST_NAME = 4
"""Words of the longest name of a protocol or chain."""
RISKS = {
    "conservative": "conservative", "low": "conservative", "lower": "conservative", "safe": "conservative",
    "low risk": "conservative", "low-risk": "conservative", "careful": "conservative",
    "moderate": "moderate", "medium": "moderate", "balanced": "moderate", "middle": "moderate", "medium risk": "moderate",
    "aggressive": "aggressive", "high": "aggressive", "degen": "aggressive", "risky": "aggressive",
    "high risk": "aggressive", "high-risk": "aggressive",
}  # fmt: skip
"""How people say how much risk they take, and what it is called here."""


class MissingSlot(Exception):
    """A query cannot be made until the person says one thing more."""

    def __init__(self, slot: str) -> None:
        super().__init__(slot)
        self.slot = slot


def to_query(tool: Tool[Any, Any], arguments: Mapping[str, Any], *, text: str = "") -> Any:
    """Make the tool's query of slots or typed arguments; fields are slots by name, others are ignored.

    Raises MissingSlot for a required field that is absent, UnknownSymbol and BadParameter for what cannot be used.
    """
    fields = {field.name: field for field in msgspec.structs.fields(tool.query)}
    given = {name: value for name, value in arguments.items() if name in fields and value not in (None, "", ())}
    for name in TEXT_FIELDS:
        if name in fields and text:
            given.setdefault(name, text)
    for name, check in _CHECKS.items():
        if name in given:
            given[name] = check(given[name])
    for name, field in fields.items():
        if name not in given and field.required:
            raise MissingSlot(name)
    try:
        return msgspec.convert(given, tool.query, strict=False)
    except msgspec.ValidationError as error:
        raise BadParameter(
            f"{tool.name}: {error}.", hint=f"`mobius {tool.name} --help` shows what it takes."
        ) from error


def _assets(value: Any) -> tuple[str, ...]:
    if not isinstance(value, str | list | tuple):
        raise BadParameter(f"{str(value)[:40]!r} is no list of assets.")
    texts = [value] if isinstance(value, str) else list(value)
    texts = [text for text in texts if str(text).lower() not in _JOINING] or texts
    tickers = [_ticker(text) for text in texts]
    if len(tickers) > 50:
        raise BadParameter("That is more than fifty assets at once.", hint="Ask for fewer.")
    return tuple(dict.fromkeys(tickers))


def _ticker(value: Any) -> str:
    text = str(value).strip()
    if text in ASSETS:
        return text
    asset = find(text)
    if asset is None:
        from mobius.language.near import near_assets

        raise UnknownSymbol(text[:40], near=near_assets(text[:40]))
    return asset.ticker


def _amount(value: Any) -> float:
    try:
        amount = float(value)
    except (TypeError, ValueError):
        amount = _spelt(str(value))
    if not math.isfinite(amount) or abs(amount) > AMOUNT_MAX:
        raise BadParameter("That amount is beyond anything there is.", hint="Give a smaller amount.")
    if amount <= 0:
        raise BadParameter("The amount must be more than nothing.")
    return amount


def _spelt(text: str) -> float:
    """An amount as people write it, `10k` or `1,200`."""
    from mobius.language.numbers import is_amount, read_numbers
    from mobius.language.tokens import tokenize

    found = [number for number in read_numbers(tokenize(text[:40])) if is_amount(number)]
    if len(found) != 1:
        raise BadParameter(f"{text[:40]!r} is no amount.")
    return float(found[0].value)


def _span(value: Any) -> str:
    span_s(str(value))
    return str(value).strip().lower()


def _protocols(value: Any) -> tuple[str, ...]:
    from mobius.core.protocols import PROTOCOLS, find_protocol

    return _slugs(value, "protocol", PROTOCOLS, lambda text: getattr(find_protocol(text), "slug", None))


def _chains(value: Any) -> tuple[str, ...]:
    from mobius.core.protocols import CHAINS, find_chain

    return _slugs(value, "chain", CHAINS, lambda text: getattr(find_chain(text), "slug", None))


def _slugs(value: Any, what: str, table: Mapping[str, Any], slug_of: Callable[[str], str | None]) -> tuple[str, ...]:
    """Our slugs of what was typed: slugs, names or other words, several parted by commas or spaces, or as a list."""
    if not isinstance(value, str | list | tuple):
        raise BadParameter(f"{str(value)[:40]!r} is no list of {what}s.")
    texts = [value] if isinstance(value, str) else [str(item) for item in value]
    wholes = [text.strip() for item in texts for text in item.split(",") if text.strip()]
    words = [word for whole in wholes for word in whole.split()]
    if len(words) > MOST_NAMES * _LONGEST_NAME:
        raise BadParameter(f"That is more than twenty {what}s at once.", hint="Name fewer.")
    found: list[str] = []
    at = 0
    while at < len(words):
        for end in range(min(len(words), at + _LONGEST_NAME), at, -1):
            slug = slug_of(" ".join(words[at:end]))
            if slug is not None:
                found.append(slug)
                at = end
                break
        else:
            if words[at].lower() not in _JOINING or len(words) == 1:
                raise _unknown(words[at], what, table)
            at += 1
    if len(set(found)) > MOST_NAMES:
        raise BadParameter(f"That is more than twenty {what}s at once.", hint="Name fewer.")
    return tuple(dict.fromkeys(found))


def _unknown(text: str, what: str, table: Mapping[str, Any]) -> BadParameter:
    from mobius.language.near import near_names

    near = near_names(text[:40], table)
    some = ", ".join(row.name for row in list(table.values())[:4])
    hint = f"Did you mean {', '.join(near)}?" if near else f"There are {some} and others."
    return BadParameter(f"I don't know the {what} {text[:40]!r}.", hint=hint)


def _risk(value: Any) -> str:
    risk = RISKS.get(" ".join(str(value).lower().split()))
    if risk is None:
        raise BadParameter(f"{str(value)[:40]!r} is no risk.", hint="Say conservative, moderate or aggressive.")
    return risk


def _min_usd(value: Any) -> float:
    """A size in dollars that can be nothing, which leaves nothing out."""
    if not isinstance(value, bool):
        try:
            if float(value) == 0:
                return 0.0
        except (TypeError, ValueError):
            value = str(value).strip().removeprefix("$")
    return _amount(value)


_CHECKS = {
    "assets": _assets, "quote": _ticker, "amount": _amount, "window": _span, "interval": _span, "protocols": _protocols,
    "chains": _chains, "risk": _risk, "min_usd": _min_usd,
}  # fmt: skip

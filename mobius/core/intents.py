"""The closed set of intents, and what was understood of a question. Here: names and types. Not here: how (language)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

INTENTS: tuple[str, ...] = (
    "price", "convert", "chart", "market", "technicals", "signals", "forecast", "portfolio_risk", "portfolio_optimize",
    "yield", "staking", "defi_compare", "defi_flows", "whales", "wallet", "contract", "gas", "sentiment", "news",
    "dev_activity", "institutional_flows", "crosschain", "arbitrage", "derivatives", "alerts", "explain", "help",
    "greeting", "out_of_scope",
)  # fmt: skip

WILL_DO: dict[str, str] = {
    "signals": "weigh strategies against their own record and say buy, sell or hold with the level that would change it",
    "forecast": "give a price range with its odds, and how past ranges held",
    "portfolio_risk": "value what you hold and say how much a bad week could cost",
    "portfolio_optimize": "propose weights within your limits, with the trades and their cost",
    "whales": "list large transfers and who made them, where that is known",
    "wallet": "show what an address holds and did, chain by chain",
    "contract": "say what a contract's owner can do, and what is not known",
    "arbitrage": "show price and funding gaps after known costs",
    "alerts": "tell you when a level or a move is reached",
}
"""What intents without a tool yet will do, for an honest refusal. A tool takes its intents out of use here."""


class Understanding(Struct, frozen=True, kw_only=True):
    """What a question asks: intents with confidence, slots by the names of the contract, and the day it is about."""

    text: str
    intent: str
    confidence: float
    intents: tuple[str, ...] = ()
    """Every intent asked for, in order; the first is `intent`."""
    slots: dict[str, Any] = {}
    as_of: datetime | None = None
    unresolved: tuple[str, ...] = ()
    """Words that look like an asset and are none, for "did you mean"."""

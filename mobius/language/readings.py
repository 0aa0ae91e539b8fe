"""Which reading of a name an intent asks for. Here: asset or protocol or chain or venue. Not here: finding names (mentions)."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from msgspec import Struct

from mobius.language.mentions import Reading
from mobius.language.scan import Entity

What: TypeAlias = Literal["asset", "protocol", "chain", "exchange"]

PRICED = frozenset(
    {"price", "convert", "chart", "technicals", "signals", "forecast", "derivatives", "arbitrage", "portfolio_risk",
     "portfolio_optimize", "alerts", "market", "institutional_flows", "sentiment"}
)  # fmt: skip
"""Intents about quotes: "aave" is the token there, "ethereum" the coin."""
OF_DEFI = frozenset({"yield", "staking", "defi_compare", "defi_flows"})
_COINS_FIRST = frozenset({"chainlink", "the-graph", "pyth", "thorchain", "ens"})
"""Networks whose coin is what most people mean by the name."""
OF_CHAINS = frozenset({"gas", "crosschain"})
PLACED = frozenset(
    {"yield", "whales", "wallet", "contract", "defi_flows", "defi_compare", "staking", "crosschain", "gas", "arbitrage"}
)
"""Intents where "on ethereum" names a chain."""
_LAYERS = frozenset(
    {"arbitrum", "optimism", "polygon", "zksync", "starknet", "linea", "scroll", "mantle", "blast", "sonic", "metis"}
)
"""Chains whose own coin hardly anybody lends: beside a protocol or another asset their name is the place."""
_PROTOCOL_NOUN = frozenset({"tvl", "deposits", "users", "revenue", "inflows", "outflows", "exploit", "hack"})
_JOINED = frozenset({"and", "or", "vs", "versus", "/", ",", "&", "y", "und", "et"})
_ON = frozenset({"on", "off", "auf", "en", "sur", "em", "na", "в", "на", "su", "across", "via", "onto", "over"})
_FROM_TO = frozenset({"from", "to", "into", "onto", "auf", "von", "nach", "de", "a", "para", "between"})
_CHAIN_NOUN = frozenset({"chain", "network", "mainnet", "l2", "blockchain", "ecosystem", "tvl", "gas", "c-chain"})
_VENUE_WORDS = frozenset({"on", "at", "between", "from", "auf", "en", "vs", "versus", "and", "perp", "perps", "dex"})
_SENT = frozenset({"send", "sending", "sent", "swap", "swapping", "transfer", "transferring", "bridge", "bridging",
    "move", "moving",
                   "convert", "enviar", "senden", "envoyer", "stake"})  # fmt: skip
NATIVE = {"ETH": "ethereum", "BTC": "bitcoin", "SOL": "solana", "TRX": "tron", "POL": "polygon", "BNB": "bsc",
    "AVAX": "avalanche",
          "ARB": "arbitrum", "OP": "optimism", "TON": "ton", "SUI": "sui", "ADA": "cardano", "LTC": "litecoin",
          "NEAR": "near"}  # fmt: skip
"""Whose chain a ticker names beside fees: "eth gas" asks about Ethereum."""
SATS_A_BYTE = re.compile(r"\bsat(?:s|oshis?)? ?(?:per |/ ?)v?b(?:ytes?)?\b")
"""How fees are told on Bitcoin alone."""


class Named(Struct, frozen=True):
    """A name with the reading chosen for it."""

    what: What
    value: str
    entity: Entity
    index: int


def choose(reading: Reading, intent: str) -> list[Named]:
    """Every entity of a question as the intent reads it, in order."""
    found: list[Named] = []
    for index, entity in enumerate(reading.entities):
        if intent == "gas" and entity.entry.size is not None:
            continue  # "sats per vbyte" is a unit of the fee
        what = _what(reading, entity, intent)
        value = getattr(entity.entry, what)
        if intent == "gas" and what == "asset" and (chain := _native_chain(reading, entity, str(value))) is not None:
            what, value = "chain", chain
        found.append(Named(what, str(value), entity, index))
    return found


def _what(reading: Reading, entity: Entity, intent: str) -> What:
    entry = entity.entry
    options: list[What] = [what for what in ("asset", "protocol", "chain", "exchange") if getattr(entry, what)]
    if len(options) == 1:
        return options[0]
    before = reading.tokens[entity.start - 1].low if entity.start else ""
    after = reading.tokens[entity.end].low if entity.end < len(reading.tokens) else ""
    if "asset" in options and (after in ("token", "tokens", "coin", "price") or before == "$"):
        return "asset"
    if "exchange" in options and _is_venue(reading, entity, intent, before):
        return "exchange"
    if "chain" in options and _is_chain(reading, entity, intent, before, after):
        return "chain"
    if "protocol" in options and (after in _PROTOCOL_NOUN or _is_protocol(entity, intent)):
        return "protocol"
    if "asset" in options:
        return "asset"
    return "exchange" if "exchange" in options and intent in PRICED | {"whales", "news"} else options[0]


def _is_venue(reading: Reading, entity: Entity, intent: str, before: str) -> bool:
    if intent not in ("derivatives", "arbitrage", "price", "chart", "whales", "alerts", "convert", "signals"):
        return False
    if before in ("on", "at", "auf", "en", "between", "from"):
        return True
    others = any(other.entry.exchange and other is not entity for other in reading.entities)
    return others and intent in ("derivatives", "arbitrage")


def _is_chain(reading: Reading, entity: Entity, intent: str, before: str, after: str) -> bool:
    entry = entity.entry
    if after in _CHAIN_NOUN and intent not in PRICED:
        return True
    if intent in OF_CHAINS:
        if entity.start and reading.tokens[entity.start - 1].kind == "number":
            return False
        named = entry.asset in NATIVE or entity.written.lower() == entry.chain
        return not entry.ticker or named or before in _FROM_TO | _ON
    if intent in ("defi_flows", "contract", "wallet") and not entry.protocol and not entry.ticker:
        return intent != "contract" or before in _ON
    if "mainnet" in entity.written.lower():
        return True
    if intent in ("yield", "defi_compare", "defi_flows") and _is_place(reading, entity):
        return True
    return intent in PLACED and (before in _ON or _joins_a_place(reading, entity))


def _is_place(reading: Reading, entity: Entity) -> bool:
    """ "aave arbitrum", "usdc apy arbitrum", "aave ethereum usdc": a chain by its name, beside what is lent there."""
    others = [other for other in reading.entities if other is not entity]
    protocol = any(other.entry.protocol for other in others)
    asset = any(other.entry.asset and not other.entry.protocol for other in others)
    if entity.entry.ticker or _joined_before(reading, entity) or _joined_after(reading, entity):
        return False
    if entity.entry.chain in _LAYERS:
        return protocol or asset
    beside = any(other.entry.protocol and entity.start in (other.end, other.start - 1) for other in others)
    return asset and beside


def _joins_a_place(reading: Reading, entity: Entity) -> bool:
    """ "on arbitrum and optimism": what is joined to a place is one."""
    left = next((other for other in reading.entities if other.end == entity.start - 1 and other.entry.chain), None)
    if left is None or not _joined_before(reading, entity):
        return False
    return bool(left.start and reading.tokens[left.start - 1].low in _ON) or _joins_a_place(reading, left)


def _joined_before(reading: Reading, entity: Entity) -> bool:
    return entity.start > 0 and reading.tokens[entity.start - 1].low in _JOINED


def _joined_after(reading: Reading, entity: Entity) -> bool:
    joined = entity.end < len(reading.tokens) and reading.tokens[entity.end].low in _JOINED
    return joined and any(other.start == entity.end + 1 for other in reading.entities)


def _is_protocol(entity: Entity, intent: str) -> bool:
    if intent in PRICED or (entity.entry.protocol in _COINS_FIRST and intent not in OF_DEFI):
        return False
    ticker_written = entity.entry.ticker and entity.written.isupper() and entity.entry.asset is not None
    if intent in OF_DEFI:
        return True
    return not (ticker_written or (entity.entry.ticker and entity.written.lower() != entity.entry.protocol))


def _native_chain(reading: Reading, entity: Entity, ticker: str) -> str | None:
    """The chain meant by its coin's ticker beside fees, unless the coin is what is sent."""
    before = {token.low for token in reading.tokens[max(0, entity.start - 2) : entity.start]}
    other = any(e.entry.chain and e is not entity for e in reading.entities)
    counted = any(q.end == entity.start for q in reading.quantities)
    if other or counted or before & _SENT:
        return None
    return NATIVE.get(ticker)

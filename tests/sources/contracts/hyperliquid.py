"""Hyperliquid's recorded answers: what addresses hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mobius.sources.derivatives import hyperliquid
from tests.sources.contracts import Interaction, NotAsked


def amount(text: Any) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def check(one: Interaction) -> None:
    kind, raw = one.asked()["type"], one.raw()
    if kind == "clearinghouseState":
        account = hyperliquid.parse_margin(one.body)
        assert account.value == amount(raw["marginSummary"]["accountValue"])
        assert account.margin_used == amount(raw["marginSummary"]["totalMarginUsed"])
        assert account.withdrawable == amount(raw["withdrawable"])
        assert account.updated_at is not None
        assert round(account.updated_at.timestamp() * 1000) == raw["time"]
        assert len(account.positions) == len(raw["assetPositions"])
        for mine, theirs in zip(account.positions, raw["assetPositions"], strict=True):
            true = theirs["position"]
            assert (mine.symbol, mine.size) == (true["coin"], amount(true["szi"]))
            assert (mine.entry, mine.value) == (amount(true["entryPx"]), amount(true["positionValue"]))
            assert (mine.unrealised, mine.liquidation) == (amount(true["unrealizedPnl"]), amount(true["liquidationPx"]))
            assert mine.leverage == true["leverage"]["value"]
    elif kind == "spotClearinghouseState":
        balances = hyperliquid.parse_balances(one.body)
        assert [(row.symbol, row.total, row.held) for row in balances] == [
            (true["coin"], amount(true["total"]), amount(true["hold"])) for true in raw["balances"]
        ]
    else:
        raise NotAsked(f"{kind}: fills, transfers and listings of its spot market are not read")

"""Slots by intent, in the names and forms of the contract."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mobius.language.gazetteer import gazetteer
from mobius.language.mentions import read
from mobius.language.slots import fill

NOON = datetime(2025, 6, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("intent", "text", "slots"),
    [
        ("price", "eth/btc", {"assets": ["ETH"], "quote": "BTC"}),
        ("price", "ETH in BTC", {"assets": ["ETH"], "quote": "BTC"}),
        ("price", "eth vs btc", {"assets": ["ETH", "BTC"]}),
        ("price", "ETHBTC", {"assets": ["ETH"], "quote": "BTC"}),
        ("price", "doge and btc in eur", {"assets": ["DOGE", "BTC"], "quote": "EUR"}),
        ("convert", "convert 1 btc to eth", {"assets": ["BTC"], "amount": 1, "quote": "ETH"}),
        ("convert", "swap 3 ETH, what do I get in SOL", {"assets": ["ETH"], "amount": 3, "quote": "SOL"}),
        ("convert", "How much ADA for $500", {"assets": ["ADA"], "amount": 500, "quote": "USD"}),
        ("convert", "50k sats", {"assets": ["BTC"], "amount": 0.0005}),
        ("convert", "how many euros are 0.2 eth", {"assets": ["ETH"], "amount": 0.2, "quote": "EUR"}),
        ("yield", "best APY for 10k USDC, low risk", {"assets": ["USDC"], "amount": 10000, "risk": "conservative"}),
        ("yield", "usdc pools with tvl over $5m", {"assets": ["USDC"], "min_usd": 5000000}),
        ("yield", "yield on ethereum for dai", {"assets": ["DAI"], "chains": ["ethereum"]}),
        ("staking", "I want to stake 5 ETH", {"assets": ["ETH"], "amount": 5}),
        ("defi_compare", "Compare Aave vs Compound rates", {"protocols": ["aave", "compound"]}),
        ("defi_flows", "tvl of uniswap", {"protocols": ["uniswap"]}),
        ("defi_flows", "tvl of avalanche", {"chains": ["avalanche"]}),
        ("price", "uniswap price", {"assets": ["UNI"]}),
        ("price", "ethereum", {"assets": ["ETH"]}),
        ("gas", "ethereum fees", {"chains": ["ethereum"]}),
        ("gas", "eth gas", {"chains": ["ethereum"]}),
        ("gas", "sats per vbyte", {"chains": ["bitcoin"]}),
        ("gas", "gas arb vs op", {"chains": ["arbitrum", "optimism"]}),
        ("yield", "aave arbitrum usdc rate", {"assets": ["USDC"], "protocols": ["aave"], "chains": ["arbitrum"]}),
        ("yield", "usdc apy arbitrum", {"assets": ["USDC"], "chains": ["arbitrum"]}),
        ("yield", "lend ethereum on aave", {"assets": ["ETH"], "protocols": ["aave"]}),
        ("yield", "eth yield on arbitrum and optimism", {"assets": ["ETH"], "chains": ["arbitrum", "optimism"]}),
        ("yield", "1e5 usdc", {"assets": ["USDC"], "amount": 100000}),
        ("yield", "usdc vaults over 20m", {"assets": ["USDC"], "min_usd": 20000000}),
        ("yield", "what would 5k dai make a year", {"assets": ["DAI"], "amount": 5000}),
        ("staking", "how risky is staking with lido", {"protocols": ["lido"]}),
        ("sentiment", "what do people say about aave", {"assets": ["AAVE"]}),
        (
            "alerts",
            "tell me if aave tvl falls 10%",
            {"protocols": ["aave"], "percent": 10, "direction": "below", "action": "create"},
        ),
        ("crosschain", "move USDC from arb to base", {"assets": ["USDC"], "chains": ["arbitrum", "base"]}),
        ("crosschain", "linea vs scroll tvl", {"chains": ["linea", "scroll"]}),
        ("crosschain", "optimism or base", {"chains": ["optimism", "base"]}),
        ("defi_compare", "across or stargate", {"protocols": ["across", "stargate"]}),
        ("gas", "send usdt on tron", {"assets": ["USDT"], "chains": ["tron"]}),
        (
            "crosschain",
            "bridge 2 eth from polygon to base",
            {"assets": ["ETH"], "amount": 2, "chains": ["polygon", "base"]},
        ),
        ("portfolio_risk", "I hold 2 btc", {"holdings": {"BTC": 2}}),
        ("portfolio_risk", "2 btc, 10 eth and 500 sol", {"holdings": {"BTC": 2, "ETH": 10, "SOL": 500}}),
        ("portfolio_risk", "60% btc 40% eth", {"weights": {"BTC": 0.6, "ETH": 0.4}}),
        ("portfolio_risk", "60/40 btc eth", {"weights": {"BTC": 0.6, "ETH": 0.4}}),
        ("portfolio_risk", "if BTC drops 30 %", {"assets": ["BTC"], "percent": 30, "direction": "below"}),
        (
            "forecast",
            "chance sol falls 10 % in a week",
            {"assets": ["SOL"], "percent": 10, "direction": "below", "window": "7d"},
        ),
        ("alerts", "Set alert when BTC hits $50k", {"assets": ["BTC"], "threshold": 50000, "action": "create"}),
        (
            "alerts",
            "alert eth below 2000 eur",
            {"assets": ["ETH"], "threshold": 2000, "direction": "below", "quote": "EUR", "action": "create"},
        ),
        ("alerts", "tell me if a whale moves $1m usdt", {"assets": ["USDT"], "min_usd": 1000000, "action": "create"}),
        ("alerts", "remove all my alerts", {"action": "remove"}),
        ("alerts", "which alerts do i have", {"action": "list"}),
        ("whales", "btc transfers over $10m", {"assets": ["BTC"], "min_usd": 10000000}),
        (
            "technicals",
            "RSI and macd of sol on the 4h",
            {"assets": ["SOL"], "indicators": ["rsi", "macd"], "interval": "4h"},
        ),
        ("arbitrage", "BTC on Binance vs Kraken", {"assets": ["BTC"], "exchanges": ["binance", "kraken"]}),
        ("wallet", "what's in vitalik.eth", {"ens": "vitalik.eth"}),
        (
            "contract",
            "is 0x1f9840a85d5af5bf1d1762f925bdaddc4201f984 safe",
            {"address": "0x1f9840a85d5af5bf1d1762f925bdaddc4201f984"},
        ),
        ("out_of_scope", "apple stock in 5 days for 10 btc", {}),
        ("greeting", "gm btc", {}),
    ],
)
def test_slots_of_the_contract(intent: str, text: str, slots: dict[str, Any]) -> None:
    assert fill(read(text, gazetteer(), NOON), intent) == slots

"""The pairs of the further venues: OKX and Bybit quote tethers, Coinbase dollars and euros. Here: which, with their ticks and
fees. Not here: Binance's and Kraken's (venues), perpetuals (contracts), wire formats (wire)."""

from __future__ import annotations

from functools import cache

from mobius.sandbox.catalogue import COIN, PEG
from mobius.sandbox.venues import Pair, order_of, pair

_STAKED = frozenset({"WETH", "stETH", "wstETH", "rETH", "USDT"})
_NOT_ON_COINBASE = frozenset({"BNB", "TRX", "TON", "WETH", "stETH", "wstETH", "rETH", "USDC"})


@cache
def okx_pairs() -> dict[str, Pair]:
    """By instId such as BTC-USDT."""
    wanted = [(ticker, "USDT", 0.10) for ticker in (*COIN, *PEG) if ticker not in _STAKED]
    wanted += [(ticker, "USDC", 0.02) for ticker in ("BTC", "ETH", "SOL", "XRP")]
    wanted += [("BTC", "EUR", 0.003), ("ETH", "EUR", 0.003), ("ETH", "BTC", 0.006), ("SOL", "BTC", 0.003)]
    return {f"{base}-{quote}": _of("okx", f"{base}-{quote}", base, quote, share, 0.9) for base, quote, share in wanted}


@cache
def bybit_pairs() -> dict[str, Pair]:
    """By symbol such as BTCUSDT."""
    wanted = [(ticker, "USDT", 0.08) for ticker in (*COIN, *PEG) if ticker not in _STAKED | {"PAXG", "CRV"}]
    wanted += [(ticker, "USDC", 0.02) for ticker in ("BTC", "ETH", "SOL")]
    wanted += [("BTC", "EUR", 0.002), ("ETH", "BTC", 0.004)]
    return {f"{base}{quote}": _of("bybit", f"{base}{quote}", base, quote, share, 1.0) for base, quote, share in wanted}


@cache
def coinbase_pairs() -> dict[str, Pair]:
    """By product such as BTC-USD."""
    wanted = [(ticker, "USD", 0.06) for ticker in (*COIN, *PEG) if ticker not in _NOT_ON_COINBASE]
    wanted += [(ticker, "EUR", 0.006) for ticker in ("BTC", "ETH", "SOL", "USDT")]
    wanted += [("BTC", "GBP", 0.003), ("ETH", "GBP", 0.003), ("BTC", "USDT", 0.004), ("ETH", "USDT", 0.004)]
    wanted += [("ETH", "BTC", 0.005)]
    return {
        f"{base}-{quote}": _of("coinbase", f"{base}-{quote}", base, quote, share, 1.1) for base, quote, share in wanted
    }


def _of(venue: str, symbol: str, base: str, quote: str, share: float, offset_bps: float) -> Pair:
    fees = {"okx": 0.10, "bybit": 0.10, "coinbase": 0.60}
    in_coin = quote in COIN
    decimals = (5 if in_coin else 2) if order_of(base, quote) > 1 else 4 - order_of(base, quote)
    return pair(
        venue, symbol, base, quote, base, quote, share=share, offset_bps=offset_bps,
        price_decimals=min(10, decimals), lot_decimals=min(8, max(0, order_of(base) + 4)), fee_pct=fees[venue],
    )  # fmt: skip

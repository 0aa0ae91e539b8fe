"""Who quotes what in the simulated world: the pairs of each venue, their ticks, spreads and fees, and their books.

Binance quotes tethers, Kraken dollars and euros; each stands a little off the other. Names are the venues' own, from the
registry of assets. Here: Pair, binance_pairs, kraken_pairs, book_side. Not here: wire formats (wire).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mobius.core.assets import ASSETS
from mobius.core.candles import FloatArray
from mobius.sandbox import draws
from mobius.sandbox.catalogue import COIN, CURRENCIES, PEG
from mobius.sandbox.market import Market, Series
from mobius.sandbox.world import series, turnover_usd

_LEVEL = {currency.code: currency.level_usd for currency in CURRENCIES} | {"USD": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One book: `base` and `quote` are canonical tickers, `symbol` the venue's name of the pair."""

    symbol: str
    base: str
    quote: str
    base_name: str
    quote_name: str
    series: Series
    price_decimals: int
    lot_decimals: int
    half_spread_bps: float
    taker_fee_pct: float

    @property
    def lot(self) -> float:
        return self.series.lot

    def volume(self, lots: int) -> float:
        """Base units of a whole number of lots."""
        return lots * self.series.lot

    def turnover(self, quote: int) -> float:
        """Quote currency of a whole number of the series' quote units."""
        return quote * self.series.quote_unit


@dataclass(frozen=True, slots=True)
class Quote:
    bid: float
    bid_size: float
    ask: float
    ask_size: float


def binance_pairs() -> dict[str, Pair]:
    """By symbol such as BTCUSDT."""
    listed = [ticker for ticker in (*COIN, *PEG) if "binance" in ASSETS[ticker].ids]
    crosses = [(ticker, "BTC") for ticker in ("ETH", "SOL", "BNB", "XRP", "LTC", "WBTC")]
    wanted = [(ticker, "USDT", 0.30) for ticker in listed]
    wanted += [(ticker, "USDC", 0.06) for ticker in ("BTC", "ETH", "SOL", "XRP", "BNB", "DOGE")]
    wanted += [(ticker, "EUR", 0.01) for ticker in ("BTC", "ETH", "SOL", "XRP")]
    wanted += [(base, quote, 0.02) for base, quote in [*crosses, ("SOL", "ETH")]]
    pairs = {}
    for base, quote, share in wanted:
        base_name, quote_name = (ASSETS[ticker].ids.get("binance", ticker) for ticker in (base, quote))
        pairs[base_name + quote_name] = pair(
            "binance", base_name + quote_name, base, quote, base_name, quote_name, share=share, offset_bps=0.8,
            price_decimals=min(8, max(2 if quote in ("USDT", "USDC", "EUR") else 5, 4 - order_of(base, quote))),
            lot_decimals=min(5, max(0, order_of(base) + 1)), fee_pct=0.1,
        )  # fmt: skip
    pairs["EURUSDT"] = pair(
        "binance", "EURUSDT", "EUR", "USDT", "EUR", "USDT", turnover=25e6, offset_bps=0.8, price_decimals=4,
        lot_decimals=1, fee_pct=0.1,
    )  # fmt: skip
    return pairs


def kraken_pairs() -> dict[str, Pair]:
    """By altname such as XBTUSD."""
    listed = [ticker for ticker in (*COIN, *PEG) if "kraken" in ASSETS[ticker].ids]
    euro = ("BTC", "ETH", "SOL", "XRP", "ADA", "DOGE", "LTC", "LINK", "DOT", "USDT", "USDC")
    wanted = [(ticker, "USD", 0.030) for ticker in listed]
    wanted += [(ticker, "EUR", 0.012) for ticker in euro]
    wanted += [(ticker, "USDT", 0.003) for ticker in ("BTC", "ETH", "SOL", "XRP")]
    wanted += [("BTC", "GBP", 0.002), ("ETH", "GBP", 0.002), ("ETH", "BTC", 0.002), ("WBTC", "BTC", 0.02)]
    pairs = {}
    for base, quote, share in wanted:
        base_name, quote_name = (ASSETS[ticker].ids.get("kraken", ticker) for ticker in (base, quote))
        pairs[base_name + quote_name] = pair(
            "kraken", base_name + quote_name, base, quote, base_name, quote_name, share=share, offset_bps=1.3,
            price_decimals=min(10, max(1, 5 - order_of(base, quote))), lot_decimals=min(8, max(2, order_of(base) + 4)),
            fee_pct=0.4,
        )  # fmt: skip
    for base, quote in _KRAKEN_MONEY:
        pairs[base + quote] = pair(
            "kraken", base + quote, base, quote, base, quote, turnover=9e6, offset_bps=0.4,
            price_decimals=3 if quote == "JPY" else 5, lot_decimals=4, fee_pct=0.2,
        )  # fmt: skip
    return pairs


_KRAKEN_MONEY = (
    ("EUR", "USD"), ("GBP", "USD"), ("AUD", "USD"), ("USD", "JPY"), ("USD", "CHF"), ("USD", "CAD"), ("EUR", "GBP"),
    ("EUR", "JPY"), ("EUR", "CHF"), ("EUR", "CAD"), ("EUR", "AUD"), ("AUD", "JPY"),
)  # fmt: skip


def quote_at(market: Market, pair: Pair, second: int) -> Quote:
    """Best bid and ask, and what stands there. The last trade lies between or beside them."""
    bids, asks = book_side(market, pair, second, 1, side=-1), book_side(market, pair, second, 1, side=1)
    return Quote(bid=bids[0, 0], bid_size=bids[0, 1], ask=asks[0, 0], ask_size=asks[0, 1])


def book_side(market: Market, pair: Pair, second: int, n_levels: int, *, side: int) -> FloatArray:
    """The best `n_levels` of one side (-1 bids, 1 asks), best first: columns price and size in base units."""
    tick = 10.0**-pair.price_decimals
    middle = market.mid(pair.series, second)
    half = middle * pair.half_spread_bps * 1e-4
    counter = np.arange(n_levels) + second * 8192
    key = draws.key(market.seed, "book", pair.series.name, side)
    # Bids are rounded down and asks up, so that a book never crosses, however narrow the spread.
    first = math.floor((middle - half) / tick) if side < 0 else math.floor((middle + half) / tick) + 1
    gaps = np.floor(draws.uniform(key, counter) ** 3 * max(2.0, 0.4 * middle * 1e-4 / tick)).astype(np.int64) + 1
    gaps[0] = 0
    levels = first + side * np.cumsum(gaps)
    depth = pair.series.turnover_usd / 20_000.0 / _usd(pair.base)
    sizes = depth * (0.2 + 2.0 * draws.uniform(key, counter + 4096) ** 4) * (1.0 + np.arange(n_levels) / 12.0)
    lots = np.maximum(1.0, np.rint(sizes / pair.lot)) * pair.lot
    return np.stack([np.round(levels * tick, pair.price_decimals), lots], axis=1)[levels > 0]


def pair(
    venue: str,
    symbol: str,
    base: str,
    quote: str,
    base_name: str,
    quote_name: str,
    *,
    offset_bps: float,
    price_decimals: int,
    lot_decimals: int,
    fee_pct: float,
    share: float = 0.0,
    turnover: float = 0.0,
) -> Pair:
    traded = turnover or share * turnover_usd(base)
    stable = base in ("USDT", "USDC", "DAI") or (base in _LEVEL and quote in _LEVEL)
    line = series(
        base, quote, name=f"{venue}:{symbol}", turnover_usd=traded, offset_bps=offset_bps * (0.15 if stable else 1.0),
        decimals=price_decimals, lot=10.0**-lot_decimals, quote_unit=1e-8 if quote in ("BTC", "ETH") else 1e-4,
    )  # fmt: skip
    # Busy books are narrow: half a basis point each side at a hundred million a day, a quarter of that at ten billion.
    half = min(12.0, max(0.02, 0.5 * (1e8 / traded) ** 0.3)) * (0.2 if stable else 1.0)
    return Pair(
        symbol=symbol, base=base, quote=quote, base_name=base_name, quote_name=quote_name, series=line,
        price_decimals=price_decimals, lot_decimals=lot_decimals, half_spread_bps=half, taker_fee_pct=fee_pct,
    )  # fmt: skip


def _usd(name: str) -> float:
    """The usual price of anything in dollars, to choose ticks and lots by."""
    if name in COIN:
        return COIN[name].level_usd
    if name in PEG:
        followed = PEG[name].follows
        return _usd(followed) if followed else 1.0
    return _LEVEL[name]


def order_of(base: str, quote: str = "USD") -> int:
    """Order of magnitude of the price: 4 for tens of thousands, -1 for tenths."""
    return math.floor(math.log10(_usd(base) / _usd(quote)))

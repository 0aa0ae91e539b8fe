"""The bodies of CoinGecko's answers. Here: View, the world as this aggregator sees it. Not here: routes and rules
(wire.coingecko).

An aggregator lags: its figures stand for the last whole 20 seconds, and `last_updated_at` says so. Prices and changes are
numbers, shortened as CoinGecko shortens them; times are seconds in `simple/price`, milliseconds in charts, text elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from mobius.core.assets import Asset
from mobius.core.candles import FloatArray, IntArray
from mobius.sandbox import draws
from mobius.sandbox.catalogue import COIN, PEG
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.wire import Json, Scene
from mobius.sandbox.world import DAY_S, SimulatedWorld, Standing

_LAG_S = 20
_AS_CURRENCY = ("BTC", "ETH", "LTC", "BCH", "BNB", "XRP", "XLM", "LINK", "DOT", "SOL")
_SPANS_S = {
    "1h": 3600, "24h": DAY_S, "7d": 7 * DAY_S, "14d": 14 * DAY_S, "30d": 30 * DAY_S, "200d": 200 * DAY_S, "1y": 365 * DAY_S,
}  # fmt: skip
_CATEGORIES = {
    "layer-1": "layer1", "layer-2": "layer2", "decentralized-finance-defi": "defi", "meme-token": "meme",
}  # fmt: skip
_PICTURE = "missing_large.png"


def shown(price: float) -> float | int:
    """A price as the public answers shorten it: five figures at least, two decimals from 1, eight below a tenth.

    >>> shown(61234.567), shown(2345.678), shown(0.1234567), shown(0.0123456789)
    (61235, 2345.68, 0.123457, 0.01234568)
    """
    if price >= 10_000:
        return round(price)
    if price >= 1:
        return round(price, 2)
    return round(price, 6 if price >= 0.1 else 8 if price >= 1e-4 else 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The world as of `now_s`, the aggregator's own instant."""

    world: SimulatedWorld
    now_s: int
    by_id: dict[str, str]
    by_name: dict[str, str]
    by_symbol: dict[str, str]
    currencies: dict[str, str]

    @classmethod
    def of(cls, scene: Scene) -> View:
        listed = {ticker: asset for ticker, asset in scene.world.assets.items() if "coingecko" in asset.ids}
        codes = (*(code for code in _AS_CURRENCY if code in listed), *scene.world.currencies())
        return cls(
            world=scene.world,
            now_s=scene.now_s - scene.now_s % _LAG_S,
            by_id={asset.ids["coingecko"]: ticker for ticker, asset in listed.items()},
            by_name={asset.name.lower(): ticker for ticker, asset in listed.items()},
            by_symbol={ticker.lower(): ticker for ticker in listed},
            currencies={code.lower(): code for code in codes},
        )

    def asset(self, ticker: str) -> Asset:
        return self.world.assets[ticker]

    def stamp(self, at_s: int | None = None) -> str:
        return datetime.fromtimestamp(self.now_s if at_s is None else at_s, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    # ------------------------------------------------------------------------------------------------------- one coin

    def simple(
        self, ticker: str, codes: Sequence[str], *, extras: tuple[str, ...], precision: str, dated: bool
    ) -> dict[str, Json]:
        """One coin of `simple/price`; currencies that do not exist are left out."""
        row: dict[str, Json] = {}
        for code in codes:
            if code not in self.currencies:
                continue
            now = self.world.standing(ticker, self.currencies[code], self.now_s)
            row[code] = _precise(now.price, code, precision)
            figures = {
                "market_cap": now.market_cap,
                "24h_vol": now.volume,
                "24h_change": _pct(now.price, now.price_before),
            }
            row |= {f"{code}_{name}": figures[name] for name in extras}
        if dated and row:
            row["last_updated_at"] = self.now_s
        return row

    def ranked(self, quote: str, *, order: str, tickers: set[str] | None) -> list[Standing]:
        rows = [row for row in self.world.standings(quote, self.now_s) if row.ticker in self.by_symbol.values()]
        if tickers is not None:
            rows = [row for row in rows if row.ticker in tickers]
        name, _, direction = order.rpartition("_")
        if name == "volume":
            rows.sort(key=lambda row: row.volume, reverse=direction == "desc")
        elif name == "id":
            rows.sort(key=lambda row: self.asset(row.ticker).ids["coingecko"], reverse=direction == "desc")
        elif order == "market_cap_asc":
            rows.reverse()
        return rows

    def market_row(self, now: Standing, quote: str, *, sparkline: bool, spans: Sequence[str]) -> dict[str, Json]:
        """One coin of `coins/markets`."""
        asset = self.asset(now.ticker)
        past = self.world.record(now.ticker, quote, self.now_s)
        top, top_s, bottom, bottom_s = past.high, past.high_day_s, past.low, past.low_day_s
        if now.high > top:
            top, top_s = now.high, self.now_s
        if now.low < bottom:
            bottom, bottom_s = now.low, self.now_s
        most = COIN[now.ticker].max_supply if now.ticker in COIN else None
        total = now.supply if most is None else min(most, now.supply * 1.05)
        row: dict[str, Json] = {
            "id": asset.ids["coingecko"], "symbol": now.ticker.lower(), "name": asset.name, "image": _PICTURE,
            "current_price": shown(now.price), "market_cap": round(now.market_cap), "market_cap_rank": self._rank(now.ticker),
            "fully_diluted_valuation": round(now.price * (most or total)), "total_volume": round(now.volume),
            "high_24h": shown(now.high), "low_24h": shown(now.low), "price_change_24h": now.price - now.price_before,
            "price_change_percentage_24h": round(_pct(now.price, now.price_before), 5),
            "market_cap_change_24h": now.market_cap - now.market_cap_before,
            "market_cap_change_percentage_24h": round(_pct(now.market_cap, now.market_cap_before), 5),
            "circulating_supply": now.supply, "total_supply": total, "max_supply": most, "ath": shown(top),
            "ath_change_percentage": round(_pct(now.price, top), 5), "ath_date": self.stamp(top_s), "atl": shown(bottom),
            "atl_change_percentage": round(_pct(now.price, bottom), 5), "atl_date": self.stamp(bottom_s), "roi": None,
            "last_updated": self.stamp(),
        }  # fmt: skip
        line = self.world.index(now.ticker, quote)
        if sparkline:
            last_hour = self.now_s - self.now_s % 3600
            hours = last_hour - np.arange(167, -1, -1) * 3600
            row["sparkline_in_7d"] = {"price": self.world.closes(line, hours).tolist()}
        known = [span for span in spans if span in _SPANS_S]
        if known:
            before = self.world.market.prices_at(line, self.now_s - np.array([_SPANS_S[span] for span in known]))
            for span, price in zip(known, before.tolist(), strict=True):
                row[f"price_change_percentage_{span}_in_currency"] = _pct(now.price, price)
        return row

    def _rank(self, ticker: str) -> int:
        return 1 + [row.ticker for row in self.world.standings("USD", self.now_s)].index(ticker)

    # --------------------------------------------------------------------------------------------------------- charts

    def chart(self, ticker: str, quote: str, *, first_s: int, last_s: int, daily: bool) -> dict[str, Json]:
        """Prices, capitalisations and 24-hour volumes; five-minute, hourly or daily by the length of the span."""
        first_s = max(first_s, BEGINS_S + DAY_S)
        if first_s > last_s:
            return {"prices": [], "market_caps": [], "total_volumes": []}
        span_s = last_s - first_s
        step = DAY_S if daily or span_s > 90 * DAY_S else 3600 if span_s > DAY_S else 300
        grid = np.arange(-(-first_s // step) * step, last_s + 1, step)
        volumes = (
            self.world.volumes(ticker, quote, grid, unit_s=60 if step == 300 else 3600) if len(grid) else np.zeros(0)
        )
        instants_ms = grid * 1000 + (0 if step == DAY_S else self._delay_ms(ticker, grid, step))
        late = instants_ms > last_s * 1000
        instants_ms, volumes = instants_ms[~late], volumes[~late]
        prices = self._prices(ticker, quote, instants_ms // 1000, whole_days=step == DAY_S)
        caps = prices * [self.world.supply(ticker, int(at)) for at in instants_ms // 1000]
        if last_s == self.now_s and not (len(instants_ms) and instants_ms[-1] == last_s * 1000):
            now = self.world.standing(ticker, quote, self.now_s)
            instants_ms = np.append(instants_ms, last_s * 1000)
            prices, caps = np.append(prices, now.price), np.append(caps, now.market_cap)
            volumes = np.append(volumes, now.volume)
        return {"prices": _points(instants_ms, prices), "market_caps": _points(instants_ms, caps),
                "total_volumes": _points(instants_ms, volumes)}  # fmt: skip

    def _prices(self, ticker: str, quote: str, seconds: IntArray, *, whole_days: bool) -> FloatArray:
        line = self.world.index(ticker, quote)
        if not len(seconds):
            return np.zeros(0)
        return self.world.closes(line, seconds) if whole_days else self.world.market.prices_at(line, seconds)

    def _delay_ms(self, ticker: str, grid: IntArray, step: int) -> IntArray:
        """Points stand some seconds after their grid, each at another moment, as the real ones do."""
        unit = draws.uniform(draws.key(self.world.seed, "chart delay", ticker), grid)
        delay: IntArray = np.floor(unit * min(step * 200, 60_000)).astype(np.int64)
        return delay

    def ohlc(self, ticker: str, quote: str, *, n_days: int) -> list[Json]:
        """Closed candles of 30 minutes, 4 hours or 4 days, each named by the instant of its close."""
        step = 1800 if n_days <= 1 else 4 * 3600 if n_days <= 30 else 4 * DAY_S
        last = self.now_s // step * step
        first = max(last - n_days * DAY_S // step * step, -(-BEGINS_S // step) * step)
        edges = np.arange(first, last + 1, step)
        bars = self.world.market.bars(self.world.index(ticker, quote), edges, now_s=self.now_s)
        return [
            [
                int(edges[i + 1]) * 1000,
                *(shown(float(column[i])) for column in (bars.open, bars.high, bars.low, bars.close)),
            ]
            for i in range(len(bars))
        ]

    # ------------------------------------------------------------------------------------------------ the whole market

    def totals(self) -> dict[str, Json]:
        """The body of `global`: wrapped and staked assets do not count."""
        counted = [row for row in self.world.standings("USD", self.now_s) if self.world.counted(row.ticker)]
        caps, volumes = sum(row.market_cap for row in counted), sum(row.volume for row in counted)
        before = sum(row.market_cap_before for row in counted)
        per_dollar = {code: 1.0 / self._dollars(ticker) for code, ticker in self.currencies.items()}
        return {
            "data": {
                "active_cryptocurrencies": len(self.by_id), "upcoming_icos": 0, "ongoing_icos": 49, "ended_icos": 3376,
                "markets": 3,
                "total_market_cap": {code: caps * rate for code, rate in per_dollar.items()},
                "total_volume": {code: volumes * rate for code, rate in per_dollar.items()},
                "market_cap_percentage": {row.ticker.lower(): 100 * row.market_cap / caps for row in counted[:10]},
                "market_cap_change_percentage_24h_usd": _pct(caps, before),
                "volume_change_percentage_24h_usd": _pct(volumes, self._volume_before(counted)),
                "updated_at": self.now_s,
            }
        }  # fmt: skip

    def _dollars(self, ticker: str) -> float:
        """Dollars one unit of a currency or coin costs."""
        return 1.0 if ticker == "USD" else self.world.market.price(self.world.index(ticker), self.now_s)

    def _volume_before(self, counted: Sequence[Standing]) -> float:
        """Volume of the 24 hours up to the last whole hour of yesterday's same time."""
        ends = np.array([(self.now_s - DAY_S) // 3600 * 3600])
        return float(sum(self.world.volumes(row.ticker, "USD", ends, unit_s=3600)[0] for row in counted))

    def coins(self, *, platforms: bool) -> list[Json]:
        rows: list[Json] = []
        for coin_id, ticker in sorted(self.by_id.items()):
            row: dict[str, Json] = {"id": coin_id, "symbol": ticker.lower(), "name": self.asset(ticker).name}
            rows.append(row | {"platforms": {}} if platforms else row)
        return rows

    def category(self, name: str) -> set[str] | None:
        if name == "stablecoins":
            return {ticker for ticker, peg in PEG.items() if peg.follows is None}
        sector = _CATEGORIES.get(name)
        return None if sector is None else {ticker for ticker, coin in COIN.items() if coin.sector == sector}

    def search(self, text: str) -> dict[str, Json]:
        wanted = text.strip().lower()
        found: list[Json] = []
        for row in self.world.standings("USD", self.now_s):
            if row.ticker not in self.by_symbol.values():
                continue
            asset = self.asset(row.ticker)
            if wanted and not any(wanted in word.lower() for word in (row.ticker, asset.name, asset.ids["coingecko"])):
                continue
            found.append(
                {"id": asset.ids["coingecko"], "name": asset.name, "api_symbol": asset.ids["coingecko"],
                 "symbol": row.ticker, "market_cap_rank": self._rank(row.ticker), "thumb": _PICTURE, "large": _PICTURE}
            )  # fmt: skip
        return {"coins": found, "exchanges": [], "icos": [], "categories": [], "nfts": []}

    def trending(self) -> dict[str, Json]:
        """The coins that moved most, for their size."""
        rows = [row for row in self.world.standings("USD", self.now_s) if row.ticker in COIN]
        rows.sort(key=lambda row: -abs(math.log(row.price / row.price_before)) * row.volume / row.market_cap)
        return {
            "coins": [{"item": self._trend(row, score)} for score, row in enumerate(rows[:15])],
            "nfts": [],
            "categories": [],
        }

    def _trend(self, row: Standing, score: int) -> dict[str, Json]:
        asset, bitcoin = self.asset(row.ticker), self._dollars("BTC")
        return {
            "id": asset.ids["coingecko"], "coin_id": 1000 + score, "name": asset.name, "symbol": row.ticker,
            "market_cap_rank": self._rank(row.ticker), "thumb": _PICTURE, "small": _PICTURE, "large": _PICTURE,
            "slug": asset.ids["coingecko"], "price_btc": row.price / bitcoin, "score": score,
            "data": {
                "price": row.price, "price_btc": str(row.price / bitcoin),
                "price_change_percentage_24h": {
                    code: _pct(row.price / self._dollars(ticker), row.price_before / self._before(ticker))
                    for code, ticker in self.currencies.items()
                },
                "market_cap": f"${row.market_cap:,.0f}", "market_cap_btc": str(row.market_cap / bitcoin),
                "total_volume": f"${row.volume:,.0f}", "total_volume_btc": str(row.volume / bitcoin), "content": None,
            },
        }  # fmt: skip

    def _before(self, ticker: str) -> float:
        return 1.0 if ticker == "USD" else self.world.market.price(self.world.index(ticker), self.now_s - DAY_S)


def _precise(price: float, code: str, precision: str) -> float | int:
    if precision == "full":
        return price
    if precision:
        return round(price, int(precision))
    if code in ("btc", "eth") and price > 0:
        figures = 8 if price >= 0.01 else 7  # counted from the first that is not zero
        return round(price, max(0, figures - 1 - math.floor(math.log10(price))))
    return shown(price)


def _pct(now: float, before: float) -> float:
    return (now / before - 1.0) * 100.0


def _points(instants_ms: IntArray, values: FloatArray) -> list[Json]:
    return [[int(at), float(value)] for at, value in zip(instants_ms, values, strict=True)]

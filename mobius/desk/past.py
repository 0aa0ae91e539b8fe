"""Prices and bars of a past instant, from history alone. Here: choosing a series, closes at an instant. No socket.

Choice of series: exchange over aggregator, finest interval, latest close. A last close older than two intervals is told,
older than seven days is no data. A ticker means the asset it meant on that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from mobius.core.assets import ASSETS, ticker_at
from mobius.core.candles import Candles
from mobius.core.errors import NoData
from mobius.core.facts import Fact, column_digest, derive, unknown
from mobius.core.history import History, SeriesInfo
from mobius.core.instants import from_ms, span_text, to_ms
from mobius.core.market_views import CandleView, PriceView
from mobius.core.notices import Notice
from mobius.core.words import DOLLARS
from mobius.desk.consensus import distance_pct

STALE_AFTER_BARS = 2
NO_DATA_AFTER = timedelta(days=7)
DISAGREEMENT_PCT = Decimal("0.5")
_DAY = timedelta(days=1)
_AGGREGATORS = frozenset({"yahoo", "coingecko", "coinmetrics", "cryptocompare", "coinpaprika"})


async def past_prices(history: History, assets: Sequence[str], quote: str, at: datetime) -> tuple[PriceView, ...]:
    """The last closes known at `at`, with the change against the day before."""
    views = [view for asset in assets if (view := await _past_price(history, asset, quote, at)) is not None]
    if not views:
        names = ", ".join(assets)
        held = sorted({info.key.asset for info in await history.series()})
        hint = f"History holds {', '.join(held[:12])}." if held else "`mobius history import FILE` brings bars in."
        raise NoData(
            "history", f"The history on this machine has no close of {names} at {at:%Y-%m-%d %H:%M} UTC.", hint=hint
        )
    return tuple(views)


async def _past_price(history: History, ticker: str, quote: str, at: datetime) -> PriceView | None:
    asset, meaning = _meaning(ticker, at)
    if quote not in DOLLARS:
        return await _past_ratio(history, ticker, quote, at)
    ranked = await _ranked(history, asset, quote, at)
    if not ranked:
        return None
    info, bars = ranked[0]
    stem = asset.lower()
    unit = info.key.quote
    close = _close_fact(info, bars, at, f"{stem}.close")
    price = derive(f"{stem}.price", close.value, unit, (close,), f"last close at {_series_name(info)}")
    notices = [*meaning, *_staleness(info, bars, at), Notice(kind="from_history", names={"series": _series_name(info)})]
    if unit != "USD":
        notices.append(Notice(kind="quoted_in", names={"unit": unit}))
    notices += [Notice(kind="series_disagree", facts={"price": price, "other": other}, names={"series": _series_name(i)})
                for i, other in _disagreeing(ranked, at)]  # fmt: skip
    day = bars.between(to_ms(at - _DAY), to_ms(at))
    earlier = await _close_before(history, info, at - _DAY)
    parts = [close]
    if earlier is None:
        change = unknown(f"{stem}.change_24h", "pct", "no close a day earlier")
    else:
        parts.append(earlier)
        ratio = (Decimal(str(close.value)) / Decimal(str(earlier.value)) - 1) * 100
        change = derive(f"{stem}.change_24h", ratio, "pct", (close, earlier), "close against the close a day earlier")
    if len(day):
        high, low, volume = (
            _bar_fact(info, f"{stem}.{name}", value, name_unit, at, how)
            for name, value, name_unit, how in (
                ("high_24h", float(np.max(day.high)), unit, "high"),
                ("low_24h", float(np.min(day.low)), unit, "low"),
                ("volume_24h", float(np.sum(day.volume)), asset if unit != "USD" else "USD", "volume"),
            )
        )
    else:
        high, low = (unknown(f"{stem}.{name}", unit, "no bar in that day") for name in ("high_24h", "low_24h"))
        volume = unknown(f"{stem}.volume_24h", asset, "no bar in that day")
    return PriceView(
        asset=asset,
        quote=unit,
        price=price,
        change_24h=change,
        high_24h=high,
        low_24h=low,
        volume_24h=volume,
        market_cap=unknown(f"{stem}.market_cap", unit, "the imported history holds no market capitalisation"),
        agreement=unknown(f"{stem}.agreement", "pct", "one series of bars"),
        venues=derive(f"{stem}.venues", 1, "count", (price,), "series used"),
        parts=tuple(parts),
        notices=tuple(notices),
    )


async def _past_ratio(history: History, ticker: str, quote: str, at: datetime) -> PriceView | None:
    """One asset in another on a past day; an FX rate is not in the history, so a currency gives nothing."""
    if quote not in ASSETS or ASSETS[quote].kind == "fiat":
        raise NoData("history", f"The history holds no {quote} rate, so no price in {quote} on a past day.",
                     hint="Ask in US dollars.")  # fmt: skip
    left = await _past_price(history, ticker, "USD", at)
    right = await _past_price(history, quote, "USD", at)
    if left is None or right is None:
        return None
    from mobius.desk.quotes import ratio_view

    return ratio_view(left, right)


async def past_candles(
    history: History, ticker: str, quote: str, *, interval_s: int, n_bars: int, at: datetime
) -> CandleView:
    """Closed bars up to `at`: of a series of that interval, else gathered up from the finest that divides it."""
    from mobius.analytics.resample import resample

    asset, meaning = _meaning(ticker, at)
    candidates = [info for info in await _candidates(history, asset, quote) if interval_s % info.key.interval_s == 0]
    candidates.sort(
        key=lambda info: (info.key.venue in _AGGREGATORS, info.key.interval_s != interval_s, info.key.interval_s)
    )
    best: tuple[SeriesInfo, Candles] | None = None
    for info in candidates:
        start = at - timedelta(seconds=interval_s * (n_bars + 2))
        bars = await history.candles(info.key, start=start, end=at)
        if info.key.interval_s != interval_s:
            bars = resample(bars, interval_s)
        bars = bars.between(None, to_ms(at)).last(n_bars)
        if len(bars) and (best is None or _end_ms(bars) > _end_ms(best[1])):
            best = (info, bars)
    if best is None or at - from_ms(_end_ms(best[1])) > NO_DATA_AFTER + timedelta(seconds=interval_s):
        raise NoData("history", f"The history here has no {span_text(interval_s)} bars of {ticker} at {at:%Y-%m-%d}.",
                     hint="`mobius history list` shows what it has.")  # fmt: skip
    info, bars = best
    notices = [*meaning, *_staleness(info, bars, at), Notice(kind="from_history", names={"series": _series_name(info)})]
    if info.key.quote != "USD":
        notices.append(Notice(kind="quoted_in", names={"unit": info.key.quote}))
    if info.key.interval_s != interval_s:
        notices.append(
            Notice(kind="resampled", names={"from": span_text(info.key.interval_s), "to": span_text(interval_s)})
        )
    if len(bars) < n_bars:
        notices.append(Notice(kind="fewer_bars"))
    source = f"history:{info.key.venue}"
    return candle_view(asset, info.key.quote, interval_s, source, _path(info, at), bars, fetched_at=info.imported_at,
                       notices=tuple(notices), tier="history", simulated=False)  # fmt: skip


def candle_view(
    asset: str,
    quote: str,
    interval_s: int,
    source: str,
    path: str,
    bars: Candles,
    *,
    fetched_at: datetime,
    notices: tuple[Notice, ...],
    tier: str,
    simulated: bool,
) -> CandleView:
    """A view of some bars, with their column fact and the last close."""
    stem = f"{asset.lower()}.bars_{span_text(interval_s)}"
    end = from_ms(_end_ms(bars))
    closes = [float(value) for value in bars.close]
    digest = column_digest({"ts": [int(value) for value in bars.ts_ms], "close": closes})
    column = Fact(id=stem, value=len(bars), unit="count", source=source, path=path, as_of=end, fetched_at=fetched_at,
                  tier=tier, simulated=simulated, n=len(bars), sha256=digest)  # type: ignore[arg-type]  # fmt: skip
    last = derive(
        f"{asset.lower()}.last_close_{span_text(interval_s)}", closes[-1], quote, (column,), "last closed bar"
    )
    return CandleView(asset=asset, quote=quote, interval_s=interval_s, source=source, candles=bars, column=column,
                      last_close=last, notices=notices)  # fmt: skip


# ------------------------------------------------------------------------------------------------------ the series


def _meaning(ticker: str, at: datetime) -> tuple[str, list[Notice]]:
    asset, note = ticker_at(ticker, (at - timedelta(seconds=1)).date())
    return asset.ticker, [Notice(kind="ticker_meaning", names={"note": note})] if note else []


async def _candidates(history: History, asset: str, quote: str) -> list[SeriesInfo]:
    wanted = DOLLARS if quote in DOLLARS else {quote}
    return [info for info in await history.series(asset) if info.key.quote in wanted and info.key.kind != "perpetual"]


async def _ranked(history: History, asset: str, quote: str, at: datetime) -> list[tuple[SeriesInfo, Candles]]:
    """Series with a close in the seven days before `at`, best first: exchange, finest interval, latest close."""
    found = []
    for info in await _candidates(history, asset, quote):
        # from a little over a day back, so that the day's range comes out of the same bars
        bars = await history.candles(
            info.key, start=at - NO_DATA_AFTER - timedelta(seconds=info.key.interval_s), end=at
        )
        if len(bars):
            found.append((info, bars))
    found.sort(key=lambda pair: (pair[0].key.venue in _AGGREGATORS, -_end_ms(pair[1]) if _is_stale(pair[0], pair[1], at) else 0,
                                 pair[0].key.interval_s, -_end_ms(pair[1])))  # fmt: skip
    return found


def _end_ms(bars: Candles) -> int:
    return int(bars.ts_ms[-1]) + bars.interval_s * 1000


def _is_stale(info: SeriesInfo, bars: Candles, at: datetime) -> bool:
    return to_ms(at) - _end_ms(bars) > STALE_AFTER_BARS * info.key.interval_s * 1000


def _staleness(info: SeriesInfo, bars: Candles, at: datetime) -> list[Notice]:
    if not _is_stale(info, bars, at):
        return []
    last = Fact(id=f"{info.key.asset.lower()}.last_bar", value=from_ms(_end_ms(bars)).isoformat(), unit="text",
                source=f"history:{info.key.venue}", path=_path(info, at), as_of=from_ms(_end_ms(bars)),
                fetched_at=info.imported_at, tier="history")  # fmt: skip
    return [Notice(kind="stale_close", facts={"last": last}, names={"series": _series_name(info)})]


async def _close_before(history: History, info: SeriesInfo, at: datetime) -> Fact | None:
    bars = await history.candles(info.key, start=at - NO_DATA_AFTER, end=at)
    if not len(bars) or _is_stale(info, bars, at):
        return None
    return _close_fact(info, bars, at, f"{info.key.asset.lower()}.close_day_before")


def _disagreeing(ranked: list[tuple[SeriesInfo, Candles]], at: datetime) -> list[tuple[SeriesInfo, Fact]]:
    """Other series whose close at the same instant is over 0.5 % away."""
    chosen = Decimal(str(ranked[0][1].close[-1]))
    end = _end_ms(ranked[0][1])
    return [
        (
            info,
            _close_fact(
                info, bars, at, f"{info.key.asset.lower()}.close_{info.key.venue}_{span_text(info.key.interval_s)}"
            ),
        )
        for info, bars in ranked[1:]
        if _end_ms(bars) == end and distance_pct(Decimal(str(bars.close[-1])), chosen) > DISAGREEMENT_PCT
    ]


def _series_name(info: SeriesInfo) -> str:
    return f"{info.key.asset}/{info.key.quote} {span_text(info.key.interval_s)} bars of {info.key.venue}"


def _path(info: SeriesInfo, at: datetime) -> str:
    key = info.key
    return f"history:{key.venue}/{key.asset}-{key.quote}/{key.kind}/{span_text(key.interval_s)}#{info.file}"


def _close_fact(info: SeriesInfo, bars: Candles, at: datetime, fact_id: str) -> Fact:
    opened = from_ms(int(bars.ts_ms[-1]))
    value = Decimal(str(float(bars.close[-1])))
    return Fact(id=fact_id, value=value, unit=info.key.quote, source=f"history:{info.key.venue}",
                path=f"{_path(info, at)}[{opened:%Y-%m-%dT%H:%M:%SZ}].close", as_of=from_ms(_end_ms(bars)),
                fetched_at=info.imported_at, tier="history")  # fmt: skip


def _bar_fact(info: SeriesInfo, fact_id: str, value: float, unit: str, at: datetime, column: str) -> Fact:
    if not np.isfinite(value):
        return unknown(fact_id, unit, f"the series has no {column}")
    return Fact(id=fact_id, value=Decimal(str(value)), unit=unit, source=f"history:{info.key.venue}",
                path=f"{_path(info, at)}[24 h to {at:%Y-%m-%dT%H:%M:%SZ}].{column}", as_of=at,
                fetched_at=info.imported_at, tier="history")  # fmt: skip

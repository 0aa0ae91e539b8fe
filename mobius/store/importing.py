"""From a file to series of checked bars. Here: the steps of an import. Not here: reading (sheets), storing (history).

A file is kept whole or not at all: the first row that cannot be true ends the import with its name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from mobius.core.assets import ASSETS
from mobius.core.candles import Candles, FloatArray, IntArray
from mobius.core.errors import BadParameter
from mobius.core.history import Oddity, SeriesKey
from mobius.core.instants import from_ms, span_text, to_ms
from mobius.store.checks import Bars, check, in_order, interval_of, without_doubles
from mobius.store.layouts import Layout, recognise
from mobius.store.naming import DEFAULT_QUOTE, FileName, Pair, canonical, no_asset, read_name, read_pair
from mobius.store.sheets import Sheet, read_sheet
from mobius.store.times import epoch_ms

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the caller said about a file; None is left to the file."""

    asset: str | None = None
    quote: str | None = None
    venue: str | None = None
    closes_only: bool = False
    """Take times and closes alone, from a file whose other prices cannot be true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSeries:
    """One series out of a file, checked. `oddities` are those that the bars themselves no longer show."""

    key: SeriesKey
    candles: Candles
    rows: IntArray
    """For each bar its row in the sheet."""
    sheet: Sheet
    columns: Mapping[str, str]
    """The file's column for each role."""
    oddities: tuple[Oddity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file that was read: its name with its folder, its digest, its series."""

    name: str
    sha256: str
    series: tuple[ReadSeries, ...]


def read_file(file: Path, wishes: Wishes, *, at: datetime) -> ReadFile:
    """Read and check a csv or parquet of one asset or a panel. Takes 0.05 s for 65,000 bars in parquet, 0.6 in csv.

    `at` is now: bars that open later are an error, a last bar that is still open is left out and said.

    Raises BadParameter with the row, column, value and reason, or one sentence on what the file is.
    """
    if at.tzinfo is None:
        raise BadParameter(f"the instant of an import carries its zone: {at!r}")
    file = file.resolve()
    sheet = read_sheet(file)
    if sheet.n_rows == 0:
        raise BadParameter(f"{file.name} holds no rows.")
    name = read_name(file)
    layout = recognise(sheet, asset=wishes.asset or (name.pair.ticker if name.pair else None))
    ts_ms = epoch_ms(sheet, layout.time)
    told_s = (
        interval_of(np.unique(ts_ms), file=sheet.file, told_s=name.interval_s) if layout.assets else name.interval_s
    )
    series: list[ReadSeries] = []
    for pair, bars, columns in _assets(sheet, layout, ts_ms, name, wishes):
        series += _checked(sheet, pair, bars, columns, name, told_s, wishes, at)
    if not series:
        raise BadParameter(f"{sheet.file} holds no closed bar yet.")
    _refuse_twice(sheet, series)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return ReadFile(name=f"{file.parent.name}/{file.name}", sha256=digest, series=tuple(series))


# ------------------------------------------------------------------------------------------------- rows of each asset


def _assets(
    sheet: Sheet, layout: Layout, ts_ms: IntArray, name: FileName, wishes: Wishes
) -> Iterator[tuple[Pair, Bars, dict[str, str]]]:
    """Each asset of the file: its pair, its rows, and the file's column for each role."""
    if layout.assets:
        yield from _wide(sheet, layout, ts_ms, wishes)
        return
    roles = {"close": layout.prices["close"]} if wishes.closes_only else dict(layout.prices)
    whole = _bars(sheet, roles, layout.volume, ts_ms)
    columns = {**roles, "time": layout.time, **({"volume": layout.volume} if layout.volume else {})}
    symbols = _symbols(sheet, layout.symbol)
    if symbols is None or len(symbols) == 1:
        told = read_pair(next(iter(symbols))) if symbols else None
        pair = Pair(wishes.asset.strip().upper(), told.quote if told else None) if wishes.asset else told or name.pair
        if pair is None:
            raise no_asset(sheet.file, file_words(sheet.file))
        if pair.quote is None and name.pair is not None:
            pair = Pair(pair.ticker, name.pair.quote)
        yield pair, whole, columns
        return
    if wishes.asset is not None:
        raise BadParameter(f"{sheet.file} holds {len(symbols)} assets, so --asset cannot name one for all of them.")
    for symbol, rows in symbols.items():
        pair = read_pair(symbol)
        if pair is None:
            raise sheet.bad(int(rows[0]), layout.symbol or "", repr(symbol), "is no symbol of an asset")
        yield pair, whole.take(rows), columns


def file_words(file: str) -> str:
    """The name without its ending, for a search of near names."""
    return file.partition(".")[0]


def _wide(sheet: Sheet, layout: Layout, ts_ms: IntArray, wishes: Wishes) -> Iterator[tuple[Pair, Bars, dict[str, str]]]:
    if wishes.asset is not None and len(layout.assets) > 1:
        raise BadParameter(
            f"{sheet.file} holds {len(layout.assets)} assets, so --asset cannot name one for all of them."
        )
    for column, named in layout.assets.items():
        pair = Pair(wishes.asset.strip().upper(), named.quote) if wishes.asset else named
        closes = sheet.numbers(column)
        # an empty cell is a day on which the asset was not traded or not listed: no bar, rather than a bad one
        listed = np.flatnonzero(~np.isnan(closes))
        if not len(listed):
            raise BadParameter(f"{sheet.file}: the column {column!r} is empty.")
        bars = _columns({"close": closes}, None, ts_ms).take(listed)
        yield pair, bars, {"close": column, "time": layout.time}


def _symbols(sheet: Sheet, column: str | None) -> dict[str, IntArray] | None:
    """The rows of each symbol of a long panel, in the order of their first rows."""
    if column is None:
        return None
    rows: dict[str, list[int]] = {}
    for row, cell in enumerate(sheet.columns[column]):
        rows.setdefault(str(cell or "").strip(), []).append(row)
    return {symbol: np.array(places, dtype=np.int64) for symbol, places in rows.items()}


def _bars(sheet: Sheet, roles: Mapping[str, str], volume: str | None, ts_ms: IntArray) -> Bars:
    prices = {role: sheet.numbers(column) for role, column in roles.items()}
    return _columns(prices, sheet.numbers(volume) if volume is not None else None, ts_ms)


def _columns(prices: Mapping[str, FloatArray], volume: FloatArray | None, ts_ms: IntArray) -> Bars:
    unknown = np.full(len(ts_ms), np.nan)
    return Bars(
        ts_ms=ts_ms, open=prices.get("open", unknown), high=prices.get("high", unknown),
        low=prices.get("low", unknown), close=prices["close"], volume=unknown if volume is None else volume,
        rows=np.arange(len(ts_ms), dtype=np.int64),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ one asset, checked


def _checked(
    sheet: Sheet,
    pair: Pair,
    bars: Bars,
    columns: dict[str, str],
    name: FileName,
    told_s: int | None,
    wishes: Wishes,
    at: datetime,
) -> Iterator[ReadSeries]:
    """The series of one asset's rows; `told_s` is the interval where a lone bar cannot tell it."""
    bars = in_order(bars)
    check(bars, sheet, columns, at=at)
    bars, n_doubles, double_ms = without_doubles(bars, sheet, columns["time"])
    interval_s = interval_of(bars.ts_ms, file=sheet.file, told_s=told_s)
    told: list[Oddity] = []
    if double_ms is not None:
        repeated = f"{n_doubles} row{'s' if n_doubles > 1 else ''} of {sheet.file} repeated the row before exactly"
        told.append(
            Oddity(kind="duplicate", n=n_doubles, at=from_ms(double_ms), message=f"{repeated} and were taken once")
        )
    is_open = bars.ts_ms + interval_s * 1000 > to_ms(at)
    if is_open.any():
        first_ms = int(bars.ts_ms[np.argmax(is_open)])
        left_out = f"the last bar was still open at {at:%Y-%m-%d %H:%M} UTC and was left out"
        told.append(Oddity(kind="open_bar", n=int(is_open.sum()), at=from_ms(first_ms), message=left_out))
        bars = bars.take(~is_open)
    if not len(bars.ts_ms):
        return
    venue = _venue(name, wishes)
    quote = (wishes.quote or pair.quote or DEFAULT_QUOTE).strip().upper()
    for ticker, note, part in _by_meaning(pair.ticker, bars):
        asset = ASSETS.get(ticker)
        kind = "index" if asset is not None and asset.kind == "index" else name.kind
        yield ReadSeries(
            key=SeriesKey(asset=ticker, quote=quote, venue=venue, kind=kind, interval_s=interval_s),
            candles=_candles(part, interval_s),
            rows=part.rows,
            sheet=sheet,
            columns=columns,
            oddities=(*told, *(_renamed(pair.ticker, ticker, note, part) if note is not None else ())),
        )


def _renamed(written: str, ticker: str, note: str, bars: Bars) -> tuple[Oddity, ...]:
    first, last = from_ms(int(bars.ts_ms[0])), from_ms(int(bars.ts_ms[-1]))
    kept = f"the bars of {written} from {first:%Y-%m-%d} to {last:%Y-%m-%d} are kept as {ticker}"
    return (Oddity(kind="reused_ticker", n=len(bars.ts_ms), at=first, message=f"{note}; {kept}"),)


def _by_meaning(ticker: str, bars: Bars) -> Iterator[tuple[str, str | None, Bars]]:
    """Split the bars where the ticker came to mean another asset; each part with the asset's own ticker and a note.

    The later part of a reused ticker has a note too, so that both tell of the split.
    """
    days = bars.ts_ms // _DAY_MS
    unique, starts = np.unique(days, return_index=True)
    meanings = [canonical(ticker, from_ms(int(day) * _DAY_MS).date()) for day in unique]
    borders = [0] + [place for place in range(1, len(meanings)) if meanings[place][0] != meanings[place - 1][0]]
    for border, following in zip(borders, [*borders[1:], len(meanings)], strict=True):
        asset, note = meanings[border]
        if note is None and border > 0:
            note = f"{ticker} meant {meanings[border - 1][0]} before"
        end = int(starts[following]) if following < len(starts) else len(bars.ts_ms)
        yield asset, note, bars.take(slice(int(starts[border]), end))


def _candles(bars: Bars, interval_s: int) -> Candles:
    return Candles(
        interval_s=interval_s, ts_ms=bars.ts_ms, open=bars.open, high=bars.high, low=bars.low, close=bars.close,
        volume=bars.volume,
    )  # fmt: skip


def _venue(name: FileName, wishes: Wishes) -> str:
    venue = wishes.venue or name.venue
    if venue is None:
        raise BadParameter(
            "The file lies in no folder that could name the venue.", hint="Name it with --venue binance."
        )
    return venue.strip().lower()


def _refuse_twice(sheet: Sheet, series: list[ReadSeries]) -> None:
    seen: set[SeriesKey] = set()
    for one in series:
        if one.key in seen:
            key = one.key
            raise BadParameter(
                f"{sheet.file} holds {key.asset}/{key.quote} {span_text(key.interval_s)} more than once."
            )
        seen.add(one.key)

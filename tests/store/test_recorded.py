"""The recorded bars: real exports, with the traps that real exports have. Skips where they are not beside the checkout."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mobius.core.errors import BadParameter
from mobius.core.history import Oddity, SeriesInfo, SeriesKey
from mobius.core.instants import from_ms
from mobius.store.history import CandleHistory
from mobius.store.rows import Rows, open_rows, sqlite_url

from .conftest import AT

NO_BARS = {
    "binance_funding/BTCUSDT_PERP.parquet": "funding rates",
    "binance_funding/ETHUSDT_PERP.parquet": "funding rates",
    "intraday_samples/BTCUSDT_binance_quotes_2021-01-08.parquet": "quotes",
    "intraday_samples/BTCUSDT_binance_trades_2021-01-08.parquet": "single trades",
    "intraday_samples/XRP_ETH_trades_2019-10.parquet": "single trades",
}
BAD_ROWS = {  # prices that no market had: lows and opens of 0, closes outside the day's range
    "yahoo_1d/GOLD.parquet": "row 114",
    "yahoo_1d/SP500.parquet": "row 8510",
    "yahoo_1d/WETH-USD.parquet": "row 1402",
}


@pytest.fixture
async def imported(shared_data: Path, rows: Rows) -> AsyncIterator[CandleHistory]:
    yield CandleHistory(rows, world="live")


async def bring(history: CandleHistory, shared_data: Path, name: str, *, closes_only: bool = False) -> list[SeriesInfo]:
    file = shared_data / "ohlcv" / name
    return list(
        await history.import_file(file, asset=None, quote=None, venue=None, at=AT, closes_only=closes_only)
    )  # fmt: skip


def told(info: SeriesInfo, kind: str) -> Oddity:
    (oddity,) = [oddity for oddity in info.oddities if oddity.kind == kind]
    return oddity


async def test_bitcoin_by_the_hour(imported: CandleHistory, shared_data: Path) -> None:
    (info,) = await bring(imported, shared_data, "binance_spot_1h/BTCUSDT.parquet")
    assert info.key == SeriesKey(asset="BTC", quote="USDT", venue="binance", kind="spot", interval_s=3600)
    assert (info.n_bars, info.last) == (64_870, datetime(2025, 5, 31, 23, tzinfo=UTC))
    gaps = told(info, "gap")
    assert gaps.n == 27
    assert "33 bars from 2018-02-08 01:00" in gaps.message
    end_of_day = datetime(2024, 3, 6, tzinfo=UTC)
    candles = await imported.candles(info.key, end=end_of_day)
    assert (from_ms(int(candles.ts_ms[-1])).hour, float(candles.close[-1])) == (23, 63_724.01)


async def test_a_restart_of_the_exchange_left_bars_off_the_grid(imported: CandleHistory, shared_data: Path) -> None:
    (info,) = await bring(imported, shared_data, "binance_spot_1h/BNBUSDT.parquet")
    off = told(info, "off_grid")
    assert off.n == 43
    assert "2018-02-09 09:28:15" in off.message
    assert info.n_bars == 56_883


@pytest.mark.parametrize(("folder", "n_old", "n_new"), [("binance_spot_1h", 15_093, 115), ("binance_spot_1d", 631, 6)])
async def test_luna_is_two_assets(
    imported: CandleHistory, shared_data: Path, folder: str, n_old: int, n_new: int
) -> None:
    terra, classic = await bring(imported, shared_data, f"{folder}/LUNAUSDT.parquet")
    assert (terra.key.asset, terra.n_bars) == ("LUNA", n_new)
    assert (classic.key.asset, classic.n_bars) == ("LUNC", n_old)
    assert classic.last.date().isoformat() == "2022-05-13"
    assert terra.first.date().isoformat() == "2022-05-31"
    assert "LUNC" in told(terra, "reused_ticker").message
    assert "LUNC" in told(classic, "reused_ticker").message


@pytest.mark.parametrize(("name", "what"), NO_BARS.items())
async def test_what_is_no_bars_is_refused(imported: CandleHistory, shared_data: Path, name: str, what: str) -> None:
    with pytest.raises(BadParameter, match=what):
        await bring(imported, shared_data, name)


@pytest.mark.parametrize(("name", "row"), BAD_ROWS.items())
async def test_bad_rows_are_named_and_the_closes_can_be_had(
    imported: CandleHistory, shared_data: Path, name: str, row: str
) -> None:
    with pytest.raises(BadParameter, match=row):
        await bring(imported, shared_data, name)
    assert await imported.series() == ()
    (info,) = await bring(imported, shared_data, name, closes_only=True)
    assert told(info, "closes_only").n == info.n_bars


async def test_every_other_file_is_imported(shared_data: Path, database_file: Path) -> None:
    with (shared_data / "MANIFEST.csv").open() as stream:
        manifest = {row["file"].removeprefix("ohlcv/"): row for row in csv.DictReader(stream)}
    rows = open_rows(sqlite_url(database_file))
    history = CandleHistory(rows, world="live")
    for file in sorted((shared_data / "ohlcv").glob("*/*.parquet")):
        name = f"{file.parent.name}/{file.name}"
        if name in NO_BARS or name in BAD_ROWS:
            continue
        infos = await bring(history, shared_data, name)
        assert sum(info.n_bars for info in infos) == int(manifest[name]["rows"]), name
    held = await history.series()
    assert len({info.key for info in held}) == len(held) == 55
    await rows.close()

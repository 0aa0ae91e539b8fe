"""Imports: what files may look like, and what is refused with the name of its row."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from mobius.core.errors import BadParameter
from mobius.core.history import SeriesKey
from mobius.core.instants import from_ms, to_ms
from mobius.store.importing import ReadSeries, Wishes, read_file

from .conftest import AT, HEADER, Write, bars

BTC_1H = SeriesKey(asset="BTC", quote="USDT", venue="binance", kind="spot", interval_s=3600)


def read(file: Path, *, at: datetime = AT, **wishes: str | bool) -> tuple[ReadSeries, ...]:
    return read_file(file, Wishes(**wishes), at=at).series  # type: ignore[arg-type]


def only(file: Path, *, at: datetime = AT, **wishes: str | bool) -> ReadSeries:
    (series,) = read(file, at=at, **wishes)
    return series


def refusal(file: Path, *, at: datetime = AT, **wishes: str | bool) -> str:
    with pytest.raises(BadParameter) as caught:
        read(file, at=at, **wishes)
    return caught.value.message


# -------------------------------------------------------------------------------------------------- shapes of files


def test_a_plain_csv(write_csv: Write) -> None:
    series = only(write_csv("BTCUSDT.csv", [HEADER, *bars(5)]))
    assert series.key == BTC_1H
    assert from_ms(int(series.candles.ts_ms[0])) == datetime(2024, 3, 1, tzinfo=UTC)
    assert series.candles.close.tolist() == [101, 102, 103, 104, 105]
    assert series.candles.volume.tolist() == [10] * 5
    assert series.oddities == ()


@pytest.mark.parametrize("header", [
    "Date,Open,High,Low,Close,Volume",
    "timestamp;OPEN;HIGH;LOW;CLOSE;VOLUME",
    "Open time\tOpen\tHigh\tLow\tClose\tVolume",
    "\ufeffdatetime,open,high,low,close,volume",
    '"time","open","high","low","close","vol"',
    "unix,o,h,l,c,v",
    "https://www.example.com\ndate,open,high,low,close,Volume BTC",
])  # fmt: skip
def test_headers_are_known_however_they_are_written(write_csv: Write, header: str) -> None:
    mark = next(each for each in ",;\t" if each in header.splitlines()[-1])
    lines = [mark.join(str(cell) for cell in row) for row in bars(4)]
    candles = only(write_csv("BTCUSDT.csv", [header, *lines])).candles
    assert candles.high.tolist() == [102, 103, 104, 105]
    assert candles.volume.tolist() == [10] * 4


@pytest.mark.parametrize("write_time", [
    lambda t: t.isoformat(),
    lambda t: t.strftime("%Y-%m-%d %H:%M:%S"),
    lambda t: t.strftime("%Y-%m-%d %H:%M:%S UTC"),
    lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ"),
    lambda t: t.strftime("%Y/%m/%d %H:%M"),
    lambda t: (t + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S+02:00"),
    lambda t: int(t.timestamp()),
    lambda t: f"{t.timestamp():.1f}",
    lambda t: int(t.timestamp() * 1e3),
    lambda t: int(t.timestamp() * 1e6),
    lambda t: int(t.timestamp()) * 10**9,
])  # fmt: skip
def test_times_are_known_however_they_are_written(write_csv: Write, write_time: object) -> None:
    rows = bars(4)
    for row in rows:
        row[0] = write_time(datetime.fromisoformat(str(row[0])))  # type: ignore[operator]
    candles = only(write_csv("BTCUSDT.csv", [HEADER, *rows])).candles
    assert candles.ts_ms.tolist() == [to_ms(datetime(2024, 3, 1, hour, tzinfo=UTC)) for hour in range(4)]


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%Y%m%d"])
def test_days_stand_for_their_first_instant(write_csv: Write, form: str) -> None:
    rows = bars(3, step_s=86_400)
    for row in rows:
        row[0] = datetime.fromisoformat(str(row[0])).strftime(form)
    series = only(write_csv("BTC-USD.csv", [HEADER, *rows], folder="yahoo_1d"))
    assert series.key == SeriesKey(asset="BTC", quote="USD", venue="yahoo", kind="spot", interval_s=86_400)
    assert from_ms(int(series.candles.ts_ms[0])) == datetime(2024, 3, 1, tzinfo=UTC)


def test_a_csv_without_header_in_the_order_of_the_archives(write_csv: Write) -> None:
    rows = [
        [int(datetime.fromisoformat(str(row[0])).timestamp() * 1000), *row[1:], 1, 2, 3, 4, 5, 0] for row in bars(3)
    ]
    assert only(write_csv("BTCUSDT-1h-2024-03.csv", rows)).candles.close.tolist() == [101, 102, 103]


def test_a_packed_csv(tmp_path: Path) -> None:
    folder = tmp_path / "kraken"
    folder.mkdir()
    text = "\n".join([HEADER, *(",".join(str(cell) for cell in row) for row in bars(3))])
    (folder / "BTC_USD_1h.csv.gz").write_bytes(gzip.compress(text.encode()))
    assert only(folder / "BTC_USD_1h.csv.gz").key.venue == "kraken"


def test_newest_first_is_read_from_its_end(write_csv: Write) -> None:
    candles = only(write_csv("BTCUSDT.csv", [HEADER, *reversed(bars(4))])).candles
    assert candles.close.tolist() == [101, 102, 103, 104]


def test_a_volume_not_given_is_unknown(write_csv: Write) -> None:
    rows = [[*row[:5], ""] for row in bars(3)]
    assert np.isnan(only(write_csv("BTCUSDT.csv", [HEADER, *rows])).candles.volume).all()
    rows = [row[:5] for row in bars(3)]
    assert np.isnan(only(write_csv("BTCUSDT.csv", ["ts,open,high,low,close", *rows])).candles.volume).all()


def test_the_volume_in_base_units_is_taken(write_csv: Write) -> None:
    rows = [[*row[:5], 7, 7000] for row in bars(3)]
    file = write_csv("BTCUSDT.csv", ["date,open,high,low,close,Volume BTC,Volume USDT", *rows])
    assert only(file).candles.volume.tolist() == [7] * 3


def test_closes_alone_leave_the_other_prices_unknown(write_csv: Write) -> None:
    rows = [[row[0], row[4], 5e11, 1e9] for row in bars(3, step_s=86_400)]
    candles = only(write_csv("btc-usd.csv", ["snapped_at,price,market_cap,total_volume", *rows])).candles
    assert candles.close.tolist() == [101, 102, 103]
    assert np.isnan(candles.open).all()
    assert np.isnan(candles.high).all()


@pytest.mark.parametrize("kind", ["timestamp[ms, UTC]", "timestamp[us]", "date32", "int64", "string"])
def test_parquet_of_every_kind_of_time(tmp_path: Path, kind: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    days = [datetime(2024, 3, day, tzinfo=UTC) for day in (1, 2, 3)]
    times = {
        "timestamp[ms, UTC]": pa.array(days, pa.timestamp("ms", tz="UTC")),
        "timestamp[us]": pa.array([day.replace(tzinfo=None) for day in days], pa.timestamp("us")),
        "date32": pa.array([day.date() for day in days], pa.date32()),
        "int64": pa.array([to_ms(day) for day in days], pa.int64()),
        "string": pa.array([day.isoformat() for day in days]),
    }
    prices = {name: pa.array([10, 11, 12]) for name in ("open", "high", "low", "close")}
    folder = tmp_path / "kraken_spot_1d"
    folder.mkdir()
    pq.write_table(pa.table({"ts": times[kind], **prices}), folder / "ETH-EUR.parquet")
    series = only(folder / "ETH-EUR.parquet")
    assert series.key == SeriesKey(asset="ETH", quote="EUR", venue="kraken", kind="spot", interval_s=86_400)
    assert series.candles.ts_ms.tolist() == [to_ms(day) for day in days]


# ----------------------------------------------------------------------------------------------------------- panels


def test_a_wide_panel_is_a_series_of_closes_for_each_asset(write_csv: Write) -> None:
    rows = [["2024-03-01", 60000, 3400, ""], ["2024-03-02", 61000, 3450, 130], ["2024-03-03", 62000, 3500, 131]]
    btc, eth, sol = read(write_csv("panel.csv", ["date,BTC,ETH-USD,SOLUSDT", *rows], folder="mine"))
    assert [(one.key.asset, one.key.quote) for one in (btc, eth, sol)] == [
        ("BTC", "USD"),
        ("ETH", "USD"),
        ("SOL", "USDT"),
    ]
    assert btc.candles.close.tolist() == [60000, 61000, 62000]
    assert sol.candles.close.tolist() == [130, 131]
    assert np.isnan(btc.candles.high).all()


def test_a_long_panel_is_split_by_its_symbols(write_csv: Write) -> None:
    rows = [[row[0], symbol, *row[1:]] for row in bars(3) for symbol in ("BTCUSDT", "ETHUSDT")]
    btc, eth = read(write_csv("panel.csv", ["ts,symbol,open,high,low,close,volume", *rows]))
    assert btc.key == BTC_1H
    assert eth.key.asset == "ETH"
    assert len(eth.candles) == 3


def test_one_symbol_names_the_asset(write_csv: Write) -> None:
    rows = [[row[0], "BTC/USDT", *row[1:]] for row in bars(3)]
    assert only(write_csv("export.csv", ["ts,symbol,open,high,low,close,volume", *rows])).key == BTC_1H


def test_an_asset_listed_on_the_last_day_of_a_panel_has_one_bar(write_csv: Write) -> None:
    rows = [["2024-03-01", 60000, ""], ["2024-03-02", 61000, ""], ["2024-03-03", 62000, 3500]]
    btc, eth = read(write_csv("panel.csv", ["date,BTC,ETH", *rows]))
    assert (len(btc.candles), len(eth.candles)) == (3, 1)
    assert eth.key.interval_s == 86_400


def test_one_bad_cell_refuses_the_whole_panel(write_csv: Write) -> None:
    rows = [["2024-03-01", 60000, 3400], ["2024-03-02", 61000, -1], ["2024-03-03", 62000, 3500]]
    message = refusal(write_csv("panel.csv", ["date,BTC,ETH", *rows]))
    assert "row 2 (line 3), column 'ETH': -1" in message


def test_an_asset_twice_is_refused(write_csv: Write) -> None:
    rows = [["2024-03-01", 1, 2], ["2024-03-02", 1, 2]]
    assert "more than once" in refusal(write_csv("panel.csv", ["date,BTC-USD,BTCUSD", *rows]))


def test_one_name_for_a_panel_is_refused(write_csv: Write) -> None:
    rows = [["2024-03-01", 1, 2], ["2024-03-02", 1, 2]]
    assert "2 assets" in refusal(write_csv("panel.csv", ["date,BTC,ETH", *rows]), asset="BTC")


# ------------------------------------------------------------------------------------------------------------ names


def test_the_caller_may_name_everything(write_csv: Write) -> None:
    key = only(write_csv("export.csv", [HEADER, *bars(3)]), asset="matic", quote="usdc", venue="Kraken").key
    assert key == SeriesKey(asset="POL", quote="USDC", venue="kraken", kind="spot", interval_s=3600)


def test_a_file_that_names_no_asset_asks_for_it(write_csv: Write) -> None:
    message = refusal(write_csv("export_of_march.csv", [HEADER, *bars(3)]))
    assert "does not tell which asset" in message


@pytest.mark.parametrize(("name", "folder", "key"), [
    ("SOLUSDT_PERP_5m.csv", "binance_futures_intraday", ("SOL", "USDT", "binance", "perpetual")),
    ("BTC_USDT_1h.csv", "kraken", ("BTC", "USDT", "kraken", "spot")),
    ("Binance_ETHUSDT_1h.csv", "downloads", ("ETH", "USDT", "downloads", "spot")),
    ("ETH_BTC_5m_2018-01.csv", "intraday_samples", ("ETH", "BTC", "intraday_samples", "spot")),
    ("WBTC.csv", "yahoo_1d", ("WBTC", "USD", "yahoo", "spot")),
    ("steth-usd.csv", "yahoo_1d", ("stETH", "USD", "yahoo", "spot")),
    ("bitcoin.csv", "coingecko", ("BTC", "USD", "coingecko", "spot")),
    ("SP500.csv", "yahoo_1d", ("SP500", "USD", "yahoo", "index")),
    ("ASTER_USDT.csv", "bybit_spot", ("ASTER", "USDT", "bybit", "spot")),
])  # fmt: skip
def test_names_of_files_and_folders(write_csv: Write, name: str, folder: str, key: tuple[str, ...]) -> None:
    found = only(write_csv(name, [HEADER, *bars(3)], folder=folder)).key
    assert (found.asset, found.quote, found.venue, found.kind) == key


# --------------------------------------------------------------------------------------------------------- bad rows


@pytest.mark.parametrize(("column", "value", "why"), [
    (0, "yesterday", "is no time"),
    (0, "", "is no time"),
    (1, "abc", "is no number"),
    (1, "", "is no price"),
    (1, "nan", "is no price"),
    (1, "0", "above 0"),
    (4, "-5", "above 0"),
    (4, "inf", "not finite"),
    (2, "102.5", "is below open or close"),
    (2, "100", "is below the low"),
    (3, "103.5", "is above open or close"),
    (5, "-1", "negative"),
    (5, "inf", "not finite"),
])  # fmt: skip
def test_a_bad_cell_is_named(write_csv: Write, column: int, value: str, why: str) -> None:
    rows = bars(6)
    rows[3][column] = value
    message = refusal(write_csv("BTCUSDT.csv", [HEADER, *rows]))
    assert "BTCUSDT.csv, row 4 (line 5)" in message
    assert why in message
    assert f"'{HEADER.split(',')[column]}'" in message


def test_the_first_bad_row_is_the_one_named(write_csv: Write) -> None:
    rows = bars(6)
    rows[4][5] = -1
    rows[2][1] = -1
    assert "row 3 " in refusal(write_csv("BTCUSDT.csv", [HEADER, *rows]))


def test_the_row_is_named_in_a_file_that_runs_newest_first(write_csv: Write) -> None:
    rows = list(reversed(bars(6)))
    rows[1][4] = -1
    assert "row 2 (line 3)" in refusal(write_csv("BTCUSDT.csv", [HEADER, *rows]))


def test_the_line_is_named_behind_empty_lines_and_quotes(write_csv: Write) -> None:
    rows = [",".join(str(cell) for cell in row) for row in bars(4)]
    rows[3] = rows[3].replace(",10.0", ",-1")
    assert "row 4 (line 7)" in refusal(write_csv("BTCUSDT.csv", [HEADER, rows[0], "", rows[1], rows[2], "", rows[3]]))


def test_times_that_run_backwards_are_named(write_csv: Write) -> None:
    rows = bars(6)
    rows[2], rows[3] = rows[3], rows[2]
    message = refusal(write_csv("BTCUSDT.csv", [HEADER, *rows]))
    assert "row 4 (line 5)" in message
    assert "backwards" in message


def test_a_row_repeated_exactly_is_taken_once_and_said(write_csv: Write) -> None:
    rows = bars(4)
    series = only(write_csv("BTCUSDT.csv", [HEADER, *rows[:2], rows[1], *rows[2:]]))
    assert len(series.candles) == 4
    (oddity,) = series.oddities
    assert (oddity.kind, oddity.n, oddity.at) == ("duplicate", 1, datetime(2024, 3, 1, 1, tzinfo=UTC))


def test_two_rows_of_one_time_that_differ_are_refused(write_csv: Write) -> None:
    rows = bars(4)
    other = [*rows[1][:4], 101.5, 10.0]
    message = refusal(write_csv("BTCUSDT.csv", [HEADER, *rows[:2], other, *rows[2:]]))
    assert "row 3 (line 4)" in message
    assert "row 2 already" in message


def test_bars_of_the_future_are_refused(write_csv: Write) -> None:
    file = write_csv("BTCUSDT.csv", [HEADER, *bars(6)])
    message = refusal(file, at=datetime(2024, 3, 1, 3, 30, tzinfo=UTC))
    assert "row 5 (line 6)" in message
    assert "future" in message


def test_a_bar_still_open_is_left_out_and_said(write_csv: Write) -> None:
    file = write_csv("BTCUSDT.csv", [HEADER, *bars(4)])
    series = only(file, at=datetime(2024, 3, 1, 3, 30, tzinfo=UTC))
    assert len(series.candles) == 3
    assert [oddity.kind for oddity in series.oddities] == ["open_bar"]
    assert len(only(file, at=datetime(2024, 3, 1, 4, tzinfo=UTC)).candles) == 4


def test_an_uneven_spacing_is_refused(write_csv: Write) -> None:
    assert "100 seconds apart" in refusal(write_csv("BTCUSDT.csv", [HEADER, *bars(5, step_s=100)]))


def test_a_single_bar_needs_its_interval_in_the_name(write_csv: Write) -> None:
    assert "1 bar" in refusal(write_csv("BTCUSDT.csv", [HEADER, *bars(1)]))
    assert only(write_csv("BTCUSDT_4h.csv", [HEADER, *bars(1)])).key.interval_s == 14_400


def test_a_ragged_row_is_named(write_csv: Write) -> None:
    rows = bars(4)
    rows[2] = rows[2][:4]
    assert "row 3 (line 4): 4 cells" in refusal(write_csv("BTCUSDT.csv", [HEADER, *rows]))


def test_closes_can_be_had_of_a_file_whose_other_prices_are_bad(write_csv: Write) -> None:
    rows = bars(4)
    rows[1][3] = 0
    file = write_csv("BTCUSDT.csv", [HEADER, *rows])
    assert "column 'low': 0" in refusal(file)
    candles = only(file, closes_only=True).candles
    assert candles.close.tolist() == [101, 102, 103, 104]
    assert np.isnan(candles.low).all()


# ---------------------------------------------------------------------------------------------------- no bars at all


@pytest.mark.parametrize(("header", "row", "what"), [
    ("ts,funding_rate", ["2024-03-01", 0.0001], "funding rates"),
    ("ts,bid,ask,bid_size,ask_size", ["2024-03-01", 1, 2, 3, 4], "quotes"),
    ("ts,id,side,price,amount,cost", ["2024-03-01", 1, "buy", 3, 4, 12], "single trades"),
    ("date,value", ["2024-03-01", 40], "'value' is neither a price nor an asset"),
    ("a,b,c", [1, 2, 3], "no column of times"),
    ("date,open,high,close", ["2024-03-01", 1, 2, 3], "no column 'low'"),
    ("date", ["2024-03-01"], "times and nothing else"),
    ("date,open,open,high,low,close", ["2024-03-01", 1, 1, 1, 1, 1], "twice"),
])  # fmt: skip
def test_what_is_no_bars_is_refused_for_what_it_is(write_csv: Write, header: str, row: list[object], what: str) -> None:
    assert what in refusal(write_csv("BTCUSDT.csv", [header, row, row]))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\x00\x01", b"PK\x03\x04\x00\x00", HEADER.encode(),
                                     b'ts,open\n"2024,1\n', b"\x00" * 100])  # fmt: skip
@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".parquet", ".xlsx"])
def test_broken_files_are_refused(tmp_path: Path, content: bytes, ending: str) -> None:
    file = tmp_path / f"BTCUSDT{ending}"
    file.write_bytes(content)
    assert refusal(file)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert "There is no file" in refusal(tmp_path / "BTCUSDT.csv")


# ------------------------------------------------------------------------------------------------- reused tickers


def test_a_reused_ticker_is_split_where_its_meaning_changed(write_csv: Write) -> None:
    old = bars(24, start="2022-05-12T00:00:00", close=1.0 + 99)
    new = bars(24, start="2022-05-31T06:00:00", close=10.0)
    classic, terra = read(write_csv("LUNAUSDT.csv", [HEADER, *old, *new]))
    assert (classic.key.asset, len(classic.candles)) == ("LUNC", 24)
    assert (terra.key.asset, len(terra.candles)) == ("LUNA", 24)
    for series in (classic, terra):
        assert [oddity.kind for oddity in series.oddities] == ["reused_ticker"]
        assert "LUNC" in series.oddities[0].message


def test_a_renamed_ticker_is_kept_under_its_present_name_and_said(write_csv: Write) -> None:
    series = only(write_csv("MATICUSDT.csv", [HEADER, *bars(3)]))
    assert series.key.asset == "POL"
    assert "MATIC became POL" in series.oddities[0].message


def test_a_ticker_without_a_past_is_not_remarked_on(write_csv: Write) -> None:
    assert only(write_csv("MKRUSDT.csv", [HEADER, *bars(3)])).oddities == ()


def test_an_instant_without_zone_is_refused(write_csv: Write) -> None:
    with pytest.raises(BadParameter, match="zone"):
        read(write_csv("BTCUSDT.csv", [HEADER, *bars(3)]), at=datetime(2026, 1, 1))  # noqa: DTZ001

"""The history: what was imported comes back, at an instant only what was known then."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mobius.core.candles import Candles
from mobius.core.errors import BadParameter, NoData, SourceChanged
from mobius.core.history import History, SeriesInfo, SeriesKey
from mobius.core.instants import to_ms
from mobius.store.database import Database
from mobius.store.history import CandleHistory
from mobius.store.rows import Rows, open_rows, sqlite_url

from .conftest import AT, HEADER, Write, bars

KEY = SeriesKey(asset="BTC", quote="USDT", venue="binance", kind="spot", interval_s=3600)
START = datetime(2024, 3, 1, tzinfo=UTC)


async def bring(history: History, file: Path, at: datetime = AT) -> tuple[SeriesInfo, ...]:
    return await history.import_file(file, asset=None, quote=None, venue=None, at=at)


async def test_an_import_comes_back(history: CandleHistory, write_csv: Write) -> None:
    (info,) = await bring(history, write_csv("BTCUSDT.csv", [HEADER, *bars(3000)]))
    assert info.key == KEY
    assert (info.n_bars, info.first, info.last) == (3000, START, START + timedelta(hours=2999))
    assert info.file == "binance_spot_1h/BTCUSDT.csv"
    assert len(info.sha256) == 64
    assert info.imported_at == AT
    assert await history.series() == (info,)
    assert await history.series("BTC") == (info,)
    assert await history.series("ETH") == ()
    candles = await history.candles(KEY)
    assert len(candles) == 3000
    assert candles.close[:3].tolist() == [101, 102, 103]
    assert candles.volume.sum() == 30_000


async def test_reads_of_any_database(write_csv: Write, any_rows: Rows) -> None:
    history = CandleHistory(any_rows, world="live")
    await bring(history, write_csv("BTCUSDT.csv", [HEADER, *bars(3000)]))
    assert len(await history.candles(KEY, start=START + timedelta(days=10))) == 3000 - 240


async def test_a_bar_is_known_once_it_is_closed(history: CandleHistory, write_csv: Write) -> None:
    await bring(history, write_csv("BTCUSDT.csv", [HEADER, *bars(48)]))
    noon = START + timedelta(hours=12)
    known = await history.candles(KEY, end=noon)
    assert len(known) == 12
    assert int(known.ts_ms[-1]) == to_ms(START + timedelta(hours=11))
    assert len(await history.candles(KEY, end=noon - timedelta(milliseconds=1))) == 11
    assert len(await history.candles(KEY, end=START)) == 0


async def test_spans_are_cut_at_their_ends(history: CandleHistory, write_csv: Write) -> None:
    await bring(history, write_csv("BTCUSDT.csv", [HEADER, *bars(4000)]))
    whole = await history.candles(KEY)

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(-50, 4050), st.integers(-50, 4050), st.booleans(), st.booleans())
    def cut(first: int, last: int, has_start: bool, has_end: bool) -> None:
        start = START + timedelta(minutes=30 * first) if has_start else None
        end = START + timedelta(minutes=30 * last) if has_end else None
        expected = whole.between(to_ms(start) if start else None, to_ms(end) if end else None)
        found.append((start, end, expected))

    found: list[tuple[datetime | None, datetime | None, Candles]] = []
    cut()
    for start, end, expected in found:
        candles = await history.candles(KEY, start=start, end=end)
        assert candles.ts_ms.tolist() == expected.ts_ms.tolist()
        assert candles.close.tolist() == expected.close.tolist()


async def test_no_such_series_is_said(history: CandleHistory) -> None:
    with pytest.raises(NoData, match="BTC/USDT 1h of binance"):
        await history.candles(KEY)


async def test_the_same_file_again_changes_nothing(history: CandleHistory, write_csv: Write) -> None:
    file = write_csv("BTCUSDT.csv", [HEADER, *bars(10)])
    first = await bring(history, file)
    assert await bring(history, file, AT + timedelta(days=1)) == first


async def test_a_longer_file_adds_its_bars(history: CandleHistory, write_csv: Write) -> None:
    await bring(history, write_csv("BTCUSDT.csv", [HEADER, *bars(1500)]))
    before = await history.candles(KEY)
    (info,) = await bring(history, write_csv("BTC_USDT.csv", [HEADER, *bars(1600)[1400:]]))
    assert info.n_bars == 1600
    assert info.file.endswith("BTC_USDT.csv")
    after = await history.candles(KEY)
    assert after.close.tolist() == [*before.close.tolist(), *(101.0 + row for row in range(1500, 1600))]


async def test_bars_before_those_held_are_added_and_gaps_told_anew(history: CandleHistory, write_csv: Write) -> None:
    rows = bars(60)
    (info,) = await bring(history, write_csv("BTCUSDT.csv", [HEADER, *rows[:10], *rows[20:]]))
    assert [(oddity.kind, oddity.n) for oddity in info.oddities] == [("gap", 1)]
    (info,) = await bring(history, write_csv("BTC_USDT.csv", [HEADER, *rows[5:25]]))
    assert info.oddities == ()
    assert info.n_bars == 60


async def test_a_file_that_disagrees_is_refused_by_its_row(history: CandleHistory, write_csv: Write) -> None:
    rows = bars(20)
    await bring(history, write_csv("BTCUSDT.csv", [HEADER, *rows]))
    before = await history.series()
    other = [list(row) for row in bars(30)]
    other[7][4] = 107.0  # held: 108
    with pytest.raises(BadParameter, match=r"row 8 \(line 9\), column 'close': 107 disagrees .* 108"):
        await bring(history, write_csv("BTC_USDT.csv", [HEADER, *other]))
    assert await history.series() == before
    assert len(await history.candles(KEY)) == 20


async def test_rounding_is_no_disagreement_and_the_held_bar_stays(history: CandleHistory, write_csv: Write) -> None:
    await bring(history, write_csv("BTCUSDT.csv", [HEADER, *bars(20)]))
    other = bars(30)
    other[7][4] = 108.3
    (info,) = await bring(history, write_csv("BTC_USDT.csv", [HEADER, *other]))
    assert info.n_bars == 30
    assert (await history.candles(KEY)).close[7] == 108.0


async def test_a_bad_file_leaves_nothing(history: CandleHistory, write_csv: Write) -> None:
    rows = [["2024-03-01", 60000, 3400], ["2024-03-02", 61000, -1], ["2024-03-03", 62000, 3500]]
    with pytest.raises(BadParameter, match="row 2"):
        await bring(history, write_csv("panel.csv", ["date,BTC,ETH", *rows]))
    assert await history.series() == ()


async def test_a_panel_that_disagrees_in_one_asset_leaves_nothing(history: CandleHistory, write_csv: Write) -> None:
    def panel(eth: float, *days: int) -> list[list[object]]:
        return [[f"2024-03-{day:02d}", 60000 + day, eth + day] for day in days]

    await bring(history, write_csv("panel.csv", ["date,BTC,ETH", *panel(3400, 1, 2, 3)]))
    before = await history.series()
    with pytest.raises(BadParameter, match="'ETH'"):
        await bring(history, write_csv("later.csv", ["date,BTC,ETH", *panel(5000, 3, 4, 5)]))
    assert await history.series() == before


async def test_whole_bars_take_the_place_of_closes(history: CandleHistory, write_csv: Write) -> None:
    closes = [[row[0], row[4]] for row in bars(10)]
    (info,) = await bring(history, write_csv("BTCUSDT.csv", ["ts,close", *closes]))
    assert [(oddity.kind, oddity.n) for oddity in info.oddities] == [("closes_only", 10)]
    (info,) = await bring(history, write_csv("BTC_USDT.csv", [HEADER, *bars(6)]))
    assert [(oddity.kind, oddity.n) for oddity in info.oddities] == [("closes_only", 4)]
    candles = await history.candles(KEY)
    assert np.isnan(candles.high).tolist() == [False] * 6 + [True] * 4
    assert candles.close.tolist() == [101.0 + row for row in range(10)]


async def test_a_file_with_only_an_open_bar_is_refused(history: CandleHistory, write_csv: Write) -> None:
    with pytest.raises(BadParameter, match="no closed bar"):
        await bring(history, write_csv("BTCUSDT_1h.csv", [HEADER, *bars(1)]), START + timedelta(minutes=10))


async def test_worlds_are_apart(rows: Rows, write_csv: Write) -> None:
    live, sandbox = CandleHistory(rows, world="live"), CandleHistory(rows, world="sandbox:7")
    file = write_csv("BTCUSDT.csv", [HEADER, *bars(10)])
    await bring(sandbox, file)
    assert await live.series() == ()
    with pytest.raises(NoData):
        await live.candles(KEY)
    await bring(live, file)
    assert len(await live.series()) == 1


async def test_another_process_import_is_seen(database_file: Path, write_csv: Write) -> None:
    one, other = open_rows(sqlite_url(database_file)), open_rows(sqlite_url(database_file))
    reading, writing = CandleHistory(one, world="live"), CandleHistory(other, world="live")
    await bring(writing, write_csv("BTCUSDT.csv", [HEADER, *bars(10)]))
    assert len(await reading.candles(KEY)) == 10
    await bring(writing, write_csv("BTC_USDT.csv", [HEADER, *bars(12)]))
    assert len(await reading.candles(KEY)) == 12
    await one.close()
    await other.close()


async def test_memory_is_bounded_and_reads_stay_right(rows: Rows, write_csv: Write) -> None:
    history = CandleHistory(rows, world="live", cache_bars=2_000)
    await bring(history, write_csv("BTCUSDT.csv", [HEADER, *bars(6000)]))
    for _ in range(2):
        assert (await history.candles(KEY)).close.tolist() == [101.0 + row for row in range(6000)]
        some = await history.candles(KEY, start=START + timedelta(hours=100), end=START + timedelta(hours=110))
        assert some.close.tolist() == [101.0 + row for row in range(100, 110)]
    assert history._n_cached <= 2_000
    assert history._n_cached == sum(len(part.ts_ms) for part in history._chunks.values())


async def test_reads_at_once(rows: Rows, write_csv: Write) -> None:
    history = CandleHistory(rows, world="live", cache_bars=100)
    await bring(history, write_csv("BTCUSDT.csv", [HEADER, *bars(3000)]))
    found = await asyncio.gather(*(history.candles(KEY, start=START + timedelta(hours=n)) for n in range(0, 3000, 300)))
    assert [len(candles) for candles in found] == [3000 - n for n in range(0, 3000, 300)]


async def test_two_imports_at_once_keep_both(database_file: Path, write_csv: Write) -> None:
    several = [open_rows(sqlite_url(database_file)) for _ in range(2)]
    histories = [CandleHistory(rows, world="live") for rows in several]
    files = [write_csv(f"{name}USDT.csv", [HEADER, *bars(500)]) for name in ("BTC", "ETH")]
    await asyncio.gather(*(bring(one, file) for one, file in zip(histories, files, strict=True)))
    assert [info.key.asset for info in await histories[0].series()] == ["BTC", "ETH"]
    for rows in several:
        await rows.close()


async def test_candles_cannot_be_written_to(history: CandleHistory, write_csv: Write) -> None:
    await bring(history, write_csv("BTCUSDT.csv", [HEADER, *bars(3000)]))
    candles = await history.candles(KEY)
    with pytest.raises(ValueError, match="read-only"):
        candles.close[0] = 0.0


async def test_a_broken_chunk_is_said(rows: Rows, database_file: Path, write_csv: Write) -> None:
    history = CandleHistory(rows, world="live")
    await bring(history, write_csv("BTCUSDT.csv", [HEADER, *bars(10)]))
    database = Database(sqlite_url(database_file))
    await database.write(("UPDATE chunks SET codec = 9", {}))
    await database.close()
    with pytest.raises(SourceChanged, match="codec 9"):
        await CandleHistory(rows, world="live").candles(KEY)

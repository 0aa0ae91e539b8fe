"""Daily series from files: whole or not at all, a day over or not seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from mobius.core.errors import BadParameter
from mobius.store.imported import ImportedData
from mobius.store.rows import Rows

AT = datetime(2026, 11, 5, 9, tzinfo=UTC)
FLOWS = """date,fund,net_flow_usd
2026-11-02,IBIT,120500000.25
2026-11-02,FBTC,-30000000
2026-11-03,IBIT,-5000000
2026-11-03,ETHA,7000000
"""
TRENDS = """Category: All categories

Day,bitcoin: (Worldwide),dogecoin: (Worldwide)
2026-11-01,63,<1
2026-11-02,100,2
"""
Write = Callable[[str, str], Path]


@pytest.fixture
def data(any_rows: Rows) -> ImportedData:
    return ImportedData(any_rows, world="live")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> Path:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


async def test_fund_flows_become_a_series_a_fund(data: ImportedData, write: Write) -> None:
    found = await data.import_file(write("flows.csv", FLOWS), asset=None, at=AT)
    assert [(info.name, info.n_points) for info in found] == [("BTC/FBTC", 1), ("BTC/IBIT", 2), ("ETH/ETHA", 1)]
    series = await data.series("fund_flows", "btc/ibit")
    assert series is not None
    assert [(point.day, point.value) for point in series.points] == [
        (date(2026, 11, 2), Decimal("120500000.25")),
        (date(2026, 11, 3), Decimal("-5000000")),
    ]
    assert series.info.unit == "USD"
    assert await data.series("fund_flows", "XRP/XRPC") is None


async def test_the_same_file_again_changes_nothing_and_a_later_one_adds(data: ImportedData, write: Write) -> None:
    first = await data.import_file(write("flows.csv", FLOWS), asset=None, at=AT)
    later = datetime(2026, 11, 6, 9, tzinfo=UTC)
    assert await data.import_file(write("flows.csv", FLOWS), asset=None, at=later) == first
    more = "date,fund,net_flow_usd\n2026-11-03,IBIT,-6000000\n2026-11-04,IBIT,1\n"
    (info,) = await data.import_file(write("more.csv", more), asset=None, at=later)
    assert (info.n_points, info.file) == (3, "more.csv")
    series = await data.series("fund_flows", "BTC/IBIT")
    assert series is not None
    assert [point.value for point in series.points][1:] == [Decimal("-6000000"), Decimal(1)]


async def test_a_day_that_is_not_over_is_not_seen(data: ImportedData, write: Write) -> None:
    await data.import_file(write("flows.csv", FLOWS), asset=None, at=AT)
    for until, days in ((datetime(2026, 11, 3, 23, 59, tzinfo=UTC), 1), (datetime(2026, 11, 4, tzinfo=UTC), 2)):
        series = await data.series("fund_flows", "BTC/IBIT", until=until)
        assert series is not None
        assert len(series.points) == days
    assert await data.series("fund_flows", "BTC/IBIT", until=datetime(2026, 11, 2, 12, tzinfo=UTC)) is None


async def test_less_than_one_is_no_figure(data: ImportedData, write: Write) -> None:
    found = await data.import_file(write("multiTimeline.csv", TRENDS), asset=None, at=AT)
    assert [(info.kind, info.name) for info in found] == [("google_trends", "bitcoin"), ("google_trends", "dogecoin")]
    series = await data.series("google_trends", "Dogecoin")
    assert series is not None
    low, high = series.points
    assert (low.value, low.less_than, high.value) == (None, Decimal(1), Decimal(2))


async def test_another_export_of_search_interest_takes_the_place_of_the_first(data: ImportedData, write: Write) -> None:
    """Each export is told against its own largest day: two of them cannot be joined."""
    await data.import_file(write("a.csv", TRENDS), asset=None, at=AT)
    await data.import_file(write("b.csv", "Day,bitcoin: (Worldwide)\n2026-11-03,40\n"), asset=None, at=AT)
    series = await data.series("google_trends", "bitcoin")
    assert series is not None
    assert [point.value for point in series.points] == [Decimal(40)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,fund,net_flow_usd\n2026-11-02,IBIT,1\n2026-11-03,IBIT,n/a\n", r"line 3: 'n/a' is no number"),
        ("date,fund,net_flow_usd\n2026-11-02,IBIT,1\n2026-11-02,ibit,2\n", "line 3: BTC/IBIT stands twice"),
        ("date,fund,net_flow_usd\n2026-11-02,IBIT,1e400\n", "line 2: '1e400' is no number"),
        ("date,fund,net_flow_usd\n2026-12-02,IBIT,1\n", "has not come yet"),
        ("date,fund,net_flow_usd\n02/11/2026,IBIT,1\n", "is no day"),
        ("date,fund,net_flow_usd\n2026-11-02,IBIT\n", "2 cells, where the header has 3"),
        ("date,fund,net_flow_usd\n2026-11-02,WHAT,1\n", "don't know what the fund WHAT holds"),
        ("date,fund,net_flow_usd\n2026-11-02,=cmd()|x,1\n", "is no ticker"),
        ("date,fund,net_flow_usd\n", "holds no rows"),
        ("a,b\n1,2\n", "is no file of daily series"),
        ("", "is no file of daily series"),
        ("Day,bitcoin: (Worldwide)\n2026-11-01,101\n", "is no interest from 0 to 100"),
        ("Week,bitcoin: (Worldwide)\n2026-11-01,50\n", "tells a week a row"),
        ("Day,bitcoin,bitcoin\n2026-11-01,50,50\n", "search term twice"),
    ],
)
async def test_a_bad_row_is_named_and_nothing_is_kept(data: ImportedData, write: Write, text: str, said: str) -> None:
    with pytest.raises(BadParameter, match=said):
        await data.import_file(write("x.csv", text), asset=None, at=AT)
    assert await data.names() == ()


async def test_a_total_beside_its_funds_is_refused(data: ImportedData, write: Write) -> None:
    text = "date,fund,net_flow_usd\n2026-11-02,IBIT,1\n2026-11-02,Total,1\n"
    with pytest.raises(BadParameter, match="counted twice"):
        await data.import_file(write("x.csv", text), asset="BTC", at=AT)
    (alone,) = await data.import_file(
        write("y.csv", "date,fund,net_flow_usd\n2026-11-02,Total,1\n"), asset="BTC", at=AT
    )
    assert alone.name == "BTC/TOTAL"


async def test_worlds_do_not_see_each_other(any_rows: Rows, data: ImportedData, write: Write) -> None:
    await data.import_file(write("flows.csv", FLOWS), asset=None, at=AT)
    assert await ImportedData(any_rows, world="sandbox:7").names() == ()


async def test_a_binary_file_is_refused(data: ImportedData, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"\xff\xfe\x00date")
    with pytest.raises(BadParameter, match="not UTF-8"):
        await data.import_file(file, asset=None, at=AT)

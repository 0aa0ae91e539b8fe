"""The main job on real input: bars imported, the past asked about, every figure checked against the raw data."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import pytest_asyncio

from mobius.app import App, open_app
from mobius.core.instants import to_ms
from mobius.frontends.cli.opening import OpenRequest

AT = datetime(2024, 3, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def ohlcv(shared_data: Path) -> Path:
    return shared_data / "ohlcv"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(ohlcv: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[App]:
    async with open_app(OpenRequest(world="live", home=tmp_path_factory.mktemp("home"))) as opened:
        now = opened.clock.now()
        for name in (
            "binance_spot_1h/BTCUSDT", "binance_spot_1d/BTCUSDT", "yahoo_1d/BTC-USD", "binance_spot_1h/ETHUSDT",
            "binance_spot_1h/LUNAUSDT", "binance_spot_1h/BNBUSDT", "binance_spot_1h/MATICUSDT",
        ):  # fmt: skip
            await opened.history.import_file(ohlcv / f"{name}.parquet", asset=None, quote=None, venue=None, at=now)
        yield opened


def raw(ohlcv: Path, name: str) -> dict[str, Any]:
    table = pq.read_table(ohlcv / f"{name}.parquet")
    columns = {column: table[column].to_numpy(zero_copy_only=False) for column in table.column_names}
    columns["ms"] = columns["ts"].astype("datetime64[ms]").astype("int64")
    return columns


def value(answer: Any, fact_id: str) -> float:
    return float(answer.facts[fact_id].value)


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_was_btc_doing_on_a_day_is_that_days_close_and_its_change(app: App, ohlcv: Path) -> None:
    answer = await app.ask("what was BTC doing on 5 March 2024")
    bars = raw(ohlcv, "binance_spot_1h/BTCUSDT")
    close = float(bars["close"][np.searchsorted(bars["ms"], to_ms(AT)) - 1])
    before = float(bars["close"][np.searchsorted(bars["ms"], to_ms(AT - timedelta(days=1))) - 1])
    assert answer.status == "answered"
    assert answer.as_of == AT
    assert value(answer, "btc.price") == close
    assert value(answer, "btc.change_24h") == pytest.approx((close / before - 1) * 100)
    day = (bars["ms"] >= to_ms(AT - timedelta(days=1))) & (bars["ms"] < to_ms(AT))
    assert value(answer, "btc.high_24h") == bars["high"][day].max()
    assert value(answer, "btc.low_24h") == bars["low"][day].min()
    assert not answer.simulated
    assert answer.facts["btc.market_cap"].value is None


async def test_the_finest_exchange_series_is_chosen_and_named(app: App) -> None:
    answer = await app.ask("btc price", as_of=AT)
    said = " ".join("".join(p if isinstance(p, str) else p.text for p in caveat) for caveat in answer.caveats)
    assert "1h bars of binance" in said
    assert "USDT" in said


async def test_the_future_stays_unseen(app: App, ohlcv: Path) -> None:
    """An instant inside a bar sees only bars closed by then."""
    instant = AT + timedelta(minutes=30)
    answer = await app.ask("btc price", as_of=instant)
    bars = raw(ohlcv, "binance_spot_1h/BTCUSDT")
    assert value(answer, "btc.price") == float(bars["close"][np.searchsorted(bars["ms"], to_ms(AT)) - 1])


async def test_a_chart_of_the_past_ends_there(app: App, ohlcv: Path) -> None:
    answer = await app.call("chart", {"assets": ["btc"], "window": "30d"}, as_of=AT)
    (chart,) = (block for block in answer.blocks if type(block).__name__ == "ChartBlock")
    last = max(max(series.ts) for series in chart.data.values())  # type: ignore[union-attr]
    assert last < to_ms(AT)


async def test_indicators_are_those_of_the_raw_bars(app: App, ohlcv: Path) -> None:
    import talib

    answer = await app.call("technicals", {"assets": ["btc"], "indicators": ["rsi"]}, as_of=AT)
    bars = raw(ohlcv, "binance_spot_1d/BTCUSDT")
    closes = bars["close"][bars["ms"] < to_ms(AT)].astype(float)
    assert value(answer, "btc.rsi_14") == pytest.approx(float(talib.RSI(closes, 14)[-1]), abs=0.05)


async def test_a_reused_ticker_means_what_it_meant_that_day(app: App, ohlcv: Path) -> None:
    answer = await app.ask("luna price", as_of=datetime(2022, 5, 1, tzinfo=UTC))
    assert "LUNC" in answer.headline_plain or "Classic" in answer.headline_plain
    bars = raw(ohlcv, "binance_spot_1h/LUNAUSDT")
    close = float(bars["close"][np.searchsorted(bars["ms"], to_ms(datetime(2022, 5, 1, tzinfo=UTC))) - 1])
    assert value(answer, "lunc.price") == close


async def test_a_renamed_ticker_finds_its_bars(app: App) -> None:
    answer = await app.ask("price of matic on 1 February 2022")
    assert answer.status == "answered"
    assert value(answer, "pol.price") == pytest.approx(1.6, abs=0.5)


@pytest.mark.parametrize("question", ["btc price on 1 January 2012", "price of doge on 5 March 2024"])
async def test_what_the_history_does_not_hold_is_no_data(app: App, question: str) -> None:
    answer = await app.ask(question)
    assert answer.status == "no_data"
    assert "history" in answer.headline_plain


async def test_a_stale_last_close_is_said_and_older_than_a_week_is_no_data(app: App) -> None:
    # LUNA's bars end on 2022-06-05 00:00
    soon = await app.ask("luna price", as_of=datetime(2022, 6, 8, tzinfo=UTC))
    assert soon.status == "answered"
    assert any("last close" in str(caveat) for caveat in soon.caveats)
    assert (await app.ask("luna price", as_of=datetime(2022, 6, 20, tzinfo=UTC))).status == "no_data"


async def test_the_market_of_a_past_day_is_what_the_history_holds(app: App) -> None:
    answer = await app.ask("how was the market on 5 March 2024")
    assert answer.status == "answered"
    assert answer.facts["market.cap"].value is None
    assert "on 5 March 2024" in answer.headline_plain


async def test_no_socket_is_opened(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    from mobius.net.pool import Pool

    async def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a socket was opened under as-of")

    monkeypatch.setattr(Pool, "get", refuse)
    for question in (
        "btc price on 5 March 2024",
        "chart btc on 5 March 2024",
        "how many euros were 2 btc on 5 March 2024",
    ):
        await app.ask(question)

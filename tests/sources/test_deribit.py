"""Deribit: what names say, perpetuals and dated futures of one list, options, the volatility index."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.needs import FuturesQuery, OptionsQuery, PerpetualsQuery, VolatilityIndexQuery
from mobius.core.ports import Reply
from mobius.sources.derivatives.deribit import (
    INDEX,
    SUMMARY,
    TIME,
    futures,
    instrument,
    options,
    perpetuals,
    volatility_index,
)

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

NOW_MS = 1_793_530_805_000


def said(result: Any) -> bytes:
    return json.dumps(
        {"jsonrpc": "2.0", "result": result, "usIn": 1, "usOut": 2, "usDiff": 1, "testnet": False}
    ).encode()


def fault(code: int, message: str) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "error": {"code": code, "message": message}, "testnet": False}).encode()


def future(name: str, **changed: Any) -> dict[str, Any]:
    return {
        "instrument_name": name, "base_currency": "ETH", "quote_currency": "USD", "mark_price": 3003.0, "bid_price": 3002.5,
        "ask_price": 3003.5, "mid_price": 3003.0, "last": 3003.0, "open_interest": 45_000_000, "volume": 900.5,
        "volume_usd": 2_700_000.0, "estimated_delivery_price": 3000.0, "price_change": None,
        "creation_timestamp": NOW_MS,
    } | changed  # fmt: skip


PERPETUAL = future("ETH-PERPETUAL", funding_8h=0.00004, current_funding=0.0, mark_price=3000.6)
FUTURES = [PERPETUAL, future("ETH-25DEC26", mark_price=3045.0), future("ETH-27NOV26"), future("ETH-FS-27NOV26_PERP"),
           future("SOL_USDC-PERPETUAL", funding_8h=0.0001, open_interest=5000.5)]  # fmt: skip


def option(name: str, iv: float | None = 55.5, **changed: Any) -> dict[str, Any]:
    return {
        "instrument_name": name, "mark_price": 0.03, "mark_iv": iv, "underlying_price": 3012.25, "interest_rate": 0.0,
        "underlying_index": "ETH-27NOV26", "open_interest": 120.5, "creation_timestamp": NOW_MS, "bid_price": None,
    } | changed  # fmt: skip


# --------------------------------------------------------------------------------------------------------------- names


def test_a_name_says_what_it_is() -> None:
    call = instrument("BTC-27NOV26-60000-C")
    assert call is not None
    assert (call.asset, call.linear, call.strike, call.kind) == ("BTC", False, Decimal(60000), "call")
    assert call.expires_at == datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    perpetual = instrument("SOL_USDC-PERPETUAL")
    assert perpetual is not None
    assert (perpetual.asset, perpetual.linear, perpetual.expires_at) == ("SOL", True, None)
    put = instrument("XRP_USDC-6NOV26-2d15-P")
    assert put is not None
    assert (put.strike, put.kind) == (Decimal("2.15"), "put")


@pytest.mark.parametrize(
    "name", ["", "BTC", "BTC-31FEB26", "BTC-27XYZ26", "BTC-FS-27NOV26_PERP", "BTC-CS-6NOV26-1_2", "BTC-1"]
)
def test_a_combination_or_nonsense_is_none(name: str) -> None:
    assert instrument(name) is None


@given(st.text(max_size=40))
def test_no_name_is_a_crash(name: str) -> None:
    instrument(name)


def test_every_recorded_instrument_is_read_as_the_exchange_describes_it(shared_data: Path) -> None:
    file = shared_data / "api" / "exchange_rest_deribit.jsonl.gz"
    if not file.is_file():
        pytest.skip("no recorded reply of Deribit")
    seen = 0
    with gzip.open(file) as lines:
        for line in lines:
            for one in json.loads(line)["response"]["result"]:
                found = instrument(one["instrument_name"])
                assert found is not None, one["instrument_name"]
                assert found.asset == one["base_currency"]
                assert found.linear == (one["quote_currency"] == "USDC")
                if one["settlement_period"] == "perpetual":
                    assert found.expires_at is None
                else:
                    assert found.expires_at is not None
                    assert found.expires_at.timestamp() * 1000 == one["expiration_timestamp"]
                if one["kind"] == "option":
                    assert (found.strike, found.kind) == (Decimal(str(one["strike"])), one["option_type"])
                seen += 1
    assert seen > 900


# ------------------------------------------------------------------------------------------------ perpetuals, futures


async def test_a_perpetual_has_eight_hour_funding_and_open_interest_in_dollars(provider: Providers) -> None:
    http = provider(said(FUTURES))
    got = await perpetuals(PerpetualsQuery(assets=("ETH",)), http)
    assert http.asked == [(SUMMARY, {"currency": "ETH", "kind": "future"})]
    (eth,) = got.value
    assert (eth.symbol, eth.quote, eth.funding_rate, eth.interval_h) == (
        "ETH-PERPETUAL", "USD", Decimal("0.00004"), Decimal(8),
    )  # fmt: skip
    assert (eth.mark, eth.index) == (Decimal("3000.6"), Decimal(3000))
    assert (eth.open_interest, eth.open_interest_value, eth.value_unit) == (None, Decimal(45_000_000), "USD")
    assert "interval_h" not in eth.fields
    assert got.endpoint == "/public/get_book_summary_by_currency?currency=ETH&kind=future"


async def test_contracts_margined_in_usdc_come_from_their_own_list(provider: Providers) -> None:
    http = provider(said(FUTURES))
    (sol,) = (await perpetuals(PerpetualsQuery(assets=("SOL",)), http)).value
    assert http.asked == [(SUMMARY, {"currency": "USDC", "kind": "future"})]
    assert (sol.open_interest, sol.open_interest_value) == (Decimal("5000.5"), None)


async def test_two_assets_of_one_currency_are_one_request(provider: Providers) -> None:
    http = provider(said(FUTURES))
    await perpetuals(PerpetualsQuery(assets=("SOL", "XRP")), http)
    assert len(http.asked) == 1


async def test_futures_come_by_expiry_with_the_price_they_settle_to(provider: Providers) -> None:
    rows = (await futures(FuturesQuery(assets=("ETH",)), provider(said(FUTURES)))).value
    assert [row.symbol for row in rows] == ["ETH-27NOV26", "ETH-25DEC26"]
    assert rows[1].expires_at == datetime(2026, 12, 25, 8, 0, tzinfo=UTC)
    assert (rows[1].mark, rows[1].index) == (Decimal(3045), Decimal(3000))
    assert rows[1].fields["mark"] == "result[instrument_name=ETH-25DEC26].mark_price"


async def test_without_contracts_nothing_is_asked(provider: Providers) -> None:
    silent = provider()
    with pytest.raises(NoData):
        await perpetuals(PerpetualsQuery(assets=("LEO",)), silent)
    with pytest.raises(NoData):
        await options(OptionsQuery(asset="DOGE"), silent)
    with pytest.raises(NoData):
        await volatility_index(VolatilityIndexQuery(asset="SOL"), silent)
    assert silent.asked == []
    with pytest.raises(NoData):
        await futures(FuturesQuery(assets=("SOL",)), provider(said(FUTURES)))


async def test_what_a_contract_does_not_tell_is_unknown(provider: Providers) -> None:
    bare = {"instrument_name": "ETH-PERPETUAL"}
    (eth,) = (await perpetuals(PerpetualsQuery(assets=("ETH",)), provider(said([bare])))).value
    assert (eth.funding_rate, eth.interval_h, eth.mark, eth.open_interest_value) == (None, None, None, None)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (fault(10028, "too_many_requests"), 429, RateLimited),
        (fault(10028, "too_many_requests"), 200, RateLimited),
        (fault(-32602, "Invalid params"), 400, SourceChanged),
        (fault(11094, "internal_server_error"), 200, SourceUnavailable),
        (b"", 503, SourceUnavailable),
        (b"<html></html>", 200, SourceChanged),
        (said(None), 200, SourceChanged),
        (said({"data": 1}), 200, SourceChanged),
        (said([future("ETH-PERPETUAL", mark_price=-1)]), 200, SourceChanged),
        (said([future("ETH-PERPETUAL", funding_8h="x")]), 200, SourceChanged),
        (said(FUTURES)[:80], 200, SourceUnavailable),
    ],
)
async def test_what_is_wrong_ends_in_its_error(
    provider: Providers, make_reply: Callable[..., Reply], body: bytes, status: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await perpetuals(PerpetualsQuery(assets=("ETH",)), provider(make_reply(body, status=status)))


# ------------------------------------------------------------------------------------------------------------- options


async def test_options_are_read_with_volatility_in_percent(provider: Providers) -> None:
    rows = [option("ETH-27NOV26-3000-C"), option("ETH-27NOV26-2500-P", 71.0), option("BTC_USDC-27NOV26-60000-C")]
    http = provider(said(rows))
    call, put = (await options(OptionsQuery(asset="ETH"), http)).value
    assert http.asked == [(SUMMARY, {"currency": "ETH", "kind": "option"})]
    assert (call.kind, call.strike, call.iv_pct, call.forward) == (
        "call",
        Decimal(3000),
        Decimal("55.5"),
        Decimal("3012.25"),
    )
    assert (put.kind, put.iv_pct, put.open_interest) == ("put", Decimal(71), Decimal("120.5"))
    assert f"{put.place}.{put.fields['iv_pct']}" == "result[instrument_name=ETH-27NOV26-2500-P].mark_iv"


async def test_an_option_without_a_volatility_has_none(provider: Providers) -> None:
    (row,) = (await options(OptionsQuery(asset="ETH"), provider(said([option("ETH-27NOV26-3000-C", None)])))).value
    assert row.iv_pct is None
    with pytest.raises(NoData):
        await options(OptionsQuery(asset="ETH"), provider(said([])))


@pytest.mark.parametrize("bad", ["NaN", "Infinity", -1, 1e31, "many"])
@pytest.mark.parametrize("field", ["mark_iv", "underlying_price", "open_interest"])
async def test_an_option_with_an_absurd_figure_is_refused_by_its_place(
    provider: Providers, field: str, bad: Any
) -> None:
    with pytest.raises(SourceChanged, match=field):
        await options(OptionsQuery(asset="ETH"), provider(said([option("ETH-27NOV26-3000-C", **{field: bad})])))


# ---------------------------------------------------------------------------------------------------- volatility index


async def test_the_volatility_index_is_read_up_to_the_servers_own_time(provider: Providers) -> None:
    hour = 3_600_000
    first = NOW_MS - NOW_MS % hour - hour

    def route(path: str, params: Mapping[str, str]) -> bytes:
        if path == TIME:
            return said(NOW_MS)
        assert params["end_timestamp"] == str(NOW_MS)
        return said({"data": [[first + hour, 50.5, 52, 50, 51.25], [first, 50, 51, 49, 50.5]], "continuation": None})

    http = provider(route)
    got = await volatility_index(VolatilityIndexQuery(asset="ETH", hours=25), http)
    assert http.asked[1] == (
        INDEX,
        {
            "currency": "ETH",
            "resolution": "3600",
            "start_timestamp": str(NOW_MS - 25 * hour),
            "end_timestamp": str(NOW_MS),
        },
    )
    assert [point.value for point in got.value] == [Decimal("50.5"), Decimal("51.25")]
    assert got.value[-1].field == "result.data[0][4]"
    with pytest.raises(NoData):
        await volatility_index(
            VolatilityIndexQuery(asset="ETH"),
            provider(lambda path, _params: said(NOW_MS) if path == TIME else said({"data": []})),
        )

"""The long tail of exchanges by ccxt: our requests, our errors, ccxt's reading of the replies."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from mobius.core.errors import MissingExtra, MobiusError, NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.needs import TailQuery
from mobius.sources.market import ccxt

Written = Callable[[str], bytes]
BITCOIN = TailQuery(assets=("BTC",), quotes=("USD", "USDT"), venue="ccxt_kucoin")


def kucoin(written: Written) -> Callable[[str, Any], bytes | None]:
    def answer(path: str, _: Any) -> bytes | None:
        if path.startswith("/api/v2/symbols"):
            return written("ccxt_kucoin_symbols")
        return written("ccxt_kucoin_stats") if path == "/api/v1/market/stats?symbol=BTC-USDT" else None

    return answer


async def test_a_ticker_comes_through_our_pool(provider: Callable[..., Any], written: Written) -> None:
    http = provider(kucoin(written))
    got = await ccxt.tail_spot(BITCOIN, http)
    (row,) = got.value
    assert (row.asset, row.quote, row.bid, row.ask) == ("BTC", "USDT", Decimal("61234.1"), Decimal("61234.2"))
    assert (row.last, row.high_24h, row.low_24h) == (Decimal("61234.2"), Decimal(61900), Decimal("60100.5"))
    assert row.volume_24h == Decimal("1882.10069442")
    assert row.change_24h_pct == Decimal("1.23")
    assert row.fields["bid"] == "ticker[BTC/USDT].bid"
    assert got.source == "ccxt_kucoin"
    assert [path for path, _ in http.asked] == ["/api/v2/symbols", "/api/v1/market/stats?symbol=BTC-USDT"]
    assert [keep.kind for keep in http.kept] == ["listing", "book"]


async def test_another_exchange_needs_no_code_of_its_own(provider: Callable[..., Any], written: Written) -> None:
    def answer(path: str, _: Any) -> bytes | None:
        if path == "/api/v2/markets/":
            return written("ccxt_bitstamp_markets")
        return written("ccxt_bitstamp_ticker") if path == "/api/v2/ticker/btcusd/" else None

    query = TailQuery(assets=("BTC", "ETH"), quotes=("USD",), venue="ccxt_bitstamp")
    (row,) = (await ccxt.tail_spot(query, provider(answer))).value
    assert (row.quote, row.bid, row.ask) == ("USD", Decimal(61228), Decimal(61233))
    assert row.last_at == datetime(2026, 11, 1, 10, 59, 50, tzinfo=UTC)


async def test_what_it_does_not_list_is_no_data(provider: Callable[..., Any], written: Written) -> None:
    with pytest.raises(NoData, match="KuCoin lists none"):
        await ccxt.tail_spot(
            TailQuery(assets=("DOGE",), quotes=("EUR",), venue="ccxt_kucoin"), provider(kucoin(written))
        )


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b'{"code": "429000", "msg": "Too Many Requests"}', 429, RateLimited),
        (b'{"code": "500000", "msg": "Internal Server Error"}', 500, SourceUnavailable),
        (b"<html><title>Just a moment</title></html>", 200, SourceChanged),
        (b'{"code": "200000", "data": 7}', 200, (NoData, SourceChanged)),
        (b'{"code": "200000", "data": [{"symbol": 7}]}', 200, (NoData, SourceChanged)),
        (b"[]", 200, MobiusError),
    ],
)
async def test_refusals_and_broken_replies_end_in_our_errors(
    provider: Callable[..., Any], make_reply: Callable[..., Any], body: bytes, status: int, kind: Any
) -> None:
    with pytest.raises(kind):
        await ccxt.tail_spot(BITCOIN, provider(make_reply(body, status=status)))


async def test_without_the_package_it_says_what_is_missing(
    provider: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ccxt", None)
    monkeypatch.setitem(sys.modules, "ccxt.async_support", None)
    with pytest.raises(MissingExtra, match="KuCoin"):
        await ccxt.tail_spot(BITCOIN, provider(b"{}"))


def test_every_exchange_is_one_that_the_package_has_at_that_address() -> None:
    loaded = ccxt._load()
    for exchange, (title, host) in ccxt.HOSTS.items():
        made = getattr(loaded, exchange)()
        assert made.name.lower().replace(".", "")[:4] == title.lower().replace(".", "")[:4]
        spoken = made.implode_hostname(str(made.urls["api"])) if hasattr(made, "implode_hostname") else ""
        hosts = str(made.urls["api"]).replace("{hostname}", str(made.hostname)) + spoken
        assert host.removeprefix("https://") in hosts

"""Bad replies end in the right error, for every source alike."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceError, SourceUnavailable
from mobius.core.needs import FearGreedQuery, FxQuery, MarketTotalsQuery, OverviewQuery, SpotQuery
from mobius.core.ports import Reply
from mobius.sources.market import binance, coingecko, kraken
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced
from mobius.sources.reference import alternative_me


class Row(msgspec.Struct):
    a: list[Decimal]


def kraken_result(body: bytes) -> dict[str, msgspec.Raw]:
    return decode(body, kraken._Envelope, "kraken").result


BTC = SpotQuery(assets=("BTC",), quotes=("USD", "USDT", "EUR"))
PARSES: dict[str, Callable[[bytes], object]] = {
    "binance spot": lambda body: binance.parse_spot(body, BTC),
    "binance candles": binance.parse_candles,
    "kraken spot": lambda body: kraken.parse_spot(kraken_result(body), BTC),
    "kraken candles": lambda body: kraken.parse_candles(kraken_result(body)),
    "kraken fx": lambda body: kraken.parse_fx(kraken_result(body), FxQuery(base="EUR", quote="USD")),
    "coingecko overview": lambda body: coingecko.parse_overview(body, OverviewQuery(assets=("BTC",))),
    "coingecko top": lambda body: coingecko.parse_overview(body, OverviewQuery(top=10)),
    "coingecko totals": lambda body: coingecko.parse_market_totals(body, MarketTotalsQuery()),
    "coingecko spot": lambda body: coingecko.parse_spot(body, BTC),
    "coingecko fx": lambda body: coingecko.parse_fx(body, FxQuery(base="EUR", quote="USD")),
    "coingecko candles": lambda body: coingecko.parse_candles(body, 14_400),
    "alternative_me": lambda body: alternative_me.parse_fear_greed(body, FearGreedQuery()),
}
FILES = {
    "binance spot": "binance_ticker_24hr", "binance candles": "binance_klines_1h", "kraken spot": "kraken_ticker",
    "kraken candles": "kraken_ohlc_60", "kraken fx": "kraken_money", "coingecko overview": "coingecko_markets",
    "coingecko top": "coingecko_markets", "coingecko totals": "coingecko_global", "coingecko spot": "coingecko_simple_price",
    "coingecko fx": "coingecko_simple_price", "coingecko candles": "coingecko_ohlc_7", "alternative_me": "alternative_me_fng",
}  # fmt: skip
HOSTILE = {
    "html": b"<!DOCTYPE html><html><title>Just a moment...</title></html>",
    "nothing": b"",
    "text": b"upstream connect error",
    "null": b"null",
    "a number": b"42",
    "not utf-8": b'{"result": "\xff\xfe"}',
    "deep": b"[" * 100_000,
    "deep objects": b'{"result":' * 100_000,
}


@pytest.mark.parametrize("parse", PARSES)
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_reply_is_an_error_of_the_source(parse: str, kind: str) -> None:
    with pytest.raises(SourceError):
        PARSES[parse](HOSTILE[kind])


@pytest.mark.parametrize("parse", PARSES)
def test_a_reply_that_breaks_off_anywhere_is_an_error_of_the_source(
    parse: str, written: Callable[[str], bytes]
) -> None:
    body = written(FILES[parse]).rstrip()
    for end in range(0, len(body) - 1, max(1, len(body) // 60)):
        with pytest.raises(SourceUnavailable if end else SourceError):
            PARSES[parse](body[:end])


def _mutations(value: object) -> list[object]:
    """The document with one leaf or member replaced by something hostile, for every place in it."""
    bad: list[object] = [None, [], {}, "", "x", "NaN", "-1", "1e999999999", "9" * 5_000, True, -1, 10**25, {"usd": "1"}]
    found: list[object] = []
    if isinstance(value, dict):
        for key, inner in list(value.items())[:6]:
            found.append({name: each for name, each in value.items() if name != key})
            found += [{**value, key: each} for each in [*bad, *_mutations(inner)]]
    elif isinstance(value, list):
        found.append(value[1:])
        for place in {0, len(value) - 1} if value else set():
            found += [[*value[:place], each, *value[place + 1 :]] for each in [*bad, *_mutations(value[place])]]
    return found


@pytest.mark.parametrize("parse", PARSES)
def test_any_one_thing_wrong_gives_an_answer_or_an_error_of_the_source(
    parse: str, written: Callable[[str], bytes]
) -> None:
    whole = msgspec.json.decode(written(FILES[parse]))
    if isinstance(whole, list):
        whole = whole[:2]
    for mutant in _mutations(whole):
        with suppress(SourceError):
            PARSES[parse](msgspec.json.encode(mutant))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(
    inner, max_size=4) | st.dictionaries(st.sampled_from(["error", "result", "data", "bitcoin", "usd", "id"]), inner,
    max_size=4), max_leaves=12))  # fmt: skip
def test_any_json_gives_an_answer_or_an_error_of_the_source(document: object) -> None:
    body = msgspec.json.encode(document)
    for parse in PARSES.values():
        with suppress(SourceError):
            parse(body)


def test_a_wrong_type_names_its_place_in_the_document() -> None:
    with pytest.raises(SourceChanged) as caught:
        decode(b'{"a": ["1", {}]}', Row, "example")
    assert caught.value.path == "$.a[1]"
    with pytest.raises(SourceChanged) as caught:
        decode(b'{"a": ["1", {}]}', Row, "example", at="$.result.X")
    assert caught.value.path == "$.result.X.a[1]"


def test_a_missing_member_names_the_object_it_is_missing_from() -> None:
    with pytest.raises(SourceChanged) as caught:
        decode(b'[{"a": []}, {}]', list[Row], "example")
    assert caught.value.path == "$[1]"
    assert "`a`" in caught.value.message


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e31", "1e999999999999", "1e-41"])
def test_numbers_that_no_market_has_are_refused(text: str) -> None:
    with pytest.raises(SourceChanged) as caught:
        Figures("example", "[0]").signed("price", Decimal(text), "usd")
    assert caught.value.path == "$.[0].usd"


def test_nothing_and_zero_and_negative() -> None:
    read = Figures("example", "result.X")
    assert read.price("bid", Decimal(0), "b[0]") is None
    assert read.amount("volume", Decimal(0), "v[1]") == 0
    assert read.signed("change", Decimal("-1.5"), "c") == Decimal("-1.5")
    assert read.price("ask", None, "a[0]") is None
    assert read.fields == {
        "bid": "result.X.b[0]", "volume": "result.X.v[1]", "change": "result.X.c", "ask": "result.X.a[0]",
    }  # fmt: skip
    with pytest.raises(SourceChanged):
        read.price("last", Decimal("-0.01"), "c[0]")


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, SourceChanged), (401, SourceUnavailable), (403, SourceUnavailable), (404, NoData), (418, RateLimited),
     (429, RateLimited), (451, SourceUnavailable), (408, SourceUnavailable), (500, SourceUnavailable), (302, SourceChanged)],
)  # fmt: skip
def test_statuses_become_errors(status: int, error: type[SourceError], make_reply: Callable[..., Reply]) -> None:
    with pytest.raises(error) as caught:
        expect_ok(make_reply(b"", status=status, headers={"retry-after": "12"}), "example")
    assert caught.value.source == "example"
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_after_s == 12


def test_several_replies_are_as_old_as_the_oldest_and_as_far_as_the_farthest(make_reply: Callable[..., Reply]) -> None:
    first = make_reply(b"", tier="l1")
    second = replace(make_reply(b"", tier="origin"), date=first.date - timedelta(seconds=5), simulated=True)
    both = sourced(1, "example", "/p", [first, second])
    assert (both.as_of, both.fetched_at, both.tier, both.simulated) == (second.date, first.at, "l1", True)


def test_an_endpoint_reads_as_written() -> None:
    assert endpoint("/p", {"symbols": '["A"]', "n": "1"}) == '/p?symbols=["A"]&n=1'
    assert endpoint("/p") == "/p"

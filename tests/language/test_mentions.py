"""Names, numbers and money of a question, and ordinary words that are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mobius.language.gazetteer import gazetteer
from mobius.language.mentions import Reading, read

NOON = datetime(2025, 6, 11, 12, tzinfo=UTC)


def _read(text: str) -> Reading:
    return read(text, gazetteer(), NOON)


def _assets(text: str) -> list[str]:
    return [entity.entry.asset for entity in _read(text).entities if entity.entry.asset]


@pytest.mark.parametrize(
    ("text", "assets"),
    [
        ("price of link", ["LINK"]),
        ("link price", ["LINK"]),
        ("LINK to the moon", ["LINK"]),
        ("$near", ["NEAR"]),
        ("btc and near", ["BTC", "NEAR"]),
        ("should i buy dot", ["DOT"]),
        ("10 dot in usd", ["DOT"]),
        ("send me the link", []),
        ("restaurants near me", []),
        ("is it safe to use", []),
        ("one more thing", []),
        ("gas fees", []),
        ("flip a coin", []),
        ("the sun is up", []),
        ("not sure", []),
        ("move USDC from ethereum to base", ["USDC", "ETH"]),
        ("MOVE USDT TO TRON", ["USDT", "TRX"]),
        ("ape into sol", ["SOL"]),
        ("ape and sol", ["APE", "SOL"]),
        ("$MOVE price", ["MOVE"]),
        ("move price", ["MOVE"]),
        ("the core devs of bitcoin", ["BTC"]),
        ("bitcoin core commits", ["BTC"]),
        ("wat kost een transactie op ethereum", ["ETH"]),
        ("unstaking period dot", ["DOT"]),
        ("BTCUSDT", ["BTC"]),
        ("xrp's chart", ["XRP"]),
        ("sats", ["BTC"]),
        ("wbtc and steth", ["WBTC", "stETH"]),
        ("matic", ["POL"]),
        ("zk rollups", []),
    ],
)
def test_ordinary_words_are_names_only_where_the_text_says_so(text: str, assets: list[str]) -> None:
    assert _assets(text) == assets


@pytest.mark.parametrize(
    ("text", "chains"),
    [
        ("gas on base", ["base"]),
        ("bridge to base", ["base"]),
        ("arbitrum vs base", ["arbitrum", "base"]),
        ("base fee", []),
        ("based on facts", []),
    ],
)
def test_base_is_a_chain_beside_words_of_chains(text: str, chains: list[str]) -> None:
    assert [entity.entry.chain for entity in _read(text).entities if entity.entry.chain] == chains


def test_money_stands_with_its_number() -> None:
    for text in ("$500", "500 dollars", "500 usd", "500$", "us$500"):
        (quantity,) = _read(text).quantities
        assert quantity.value == 500, text
        assert quantity.currency == "USD", text


def test_cents_are_hundredths() -> None:
    (quantity,) = _read("30 cents").quantities
    assert float(quantity.value) == 0.3
    assert quantity.currency == "USD"


def test_a_cashtag_is_no_money() -> None:
    assert _read("$btc").currencies == []


@pytest.mark.parametrize("word", ["try", "won", "real", "buck"])
def test_currencies_that_are_common_words_need_a_number(word: str) -> None:
    assert _read(f"i {word} it").currencies == []
    assert _read(f"5 {word}").currencies != []


def test_an_address_with_a_broken_checksum_is_none() -> None:
    good, bad = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045", "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA9604A"
    reading = _read(f"{good} {bad} {good.lower()}")
    assert reading.addresses == [good, good.lower()]
    assert reading.bad_addresses == [bad]


def test_numbers_of_dates_and_spans_are_no_amounts() -> None:
    assert _read("btc on 5 march 2024, last 7 days, 4h").quantities == []


def test_what_a_number_counts_is_found_behind_a_currency() -> None:
    reading = _read("how many euros is 3 sol")
    assert [reading.entities[q.of].entry.asset for q in reading.quantities if q.of is not None] == ["SOL"]

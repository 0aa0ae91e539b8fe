"""Slugs of protocols, chains and exchanges, and the words for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.assets import ASSETS
from mobius.core.protocols import (
    CHAINS,
    EXCHANGES,
    PROTOCOLS,
    Chain,
    DefiProtocol,
    Exchange,
    chain_of_id,
    find_chain,
    find_exchange,
    find_protocol,
)

TABLES: tuple[Mapping[str, DefiProtocol | Chain | Exchange], ...] = (PROTOCOLS, CHAINS, EXCHANGES)


@pytest.mark.parametrize("table", TABLES)
def test_every_word_belongs_to_one_row(table: Mapping[str, DefiProtocol | Chain | Exchange]) -> None:
    words = Counter(word for row in table.values() for word in row.aliases)
    assert [word for word, n_rows in words.items() if n_rows > 1] == []
    for slug, row in table.items():
        assert slug == row.slug == slug.lower()
        assert slug in row.aliases
        assert set(row.ambiguous) <= set(row.aliases)
        assert all(word == word.lower() for word in row.aliases)


def test_tokens_and_gas_are_known_assets() -> None:
    assert [row.slug for row in PROTOCOLS.values() if row.token and row.token not in ASSETS] == []
    assert [row.slug for row in CHAINS.values() if row.gas not in ASSETS] == []


def test_chain_ids_are_unique_and_right_where_the_contract_names_them() -> None:
    numbers = [row.chain_id for row in CHAINS.values() if row.chain_id is not None]
    assert len(numbers) == len(set(numbers))
    named = {"ethereum": 1, "polygon": 137, "arbitrum": 42161, "optimism": 10, "base": 8453, "bsc": 56,
             "avalanche": 43114, "gnosis": 100}  # fmt: skip
    for slug, number in named.items():
        assert CHAINS[slug].chain_id == number
        assert chain_of_id(number) is CHAINS[slug]
    assert CHAINS["polygon"].gas == "POL"
    assert chain_of_id(-1) is None


@pytest.mark.parametrize(
    ("text", "slug"), [("Aave", "aave"), ("rocket pool", "rocket-pool"), ("RocketPool", "rocket-pool"),
                       ("makerdao", "maker"), ("etherfi", "ether-fi"), ("sushi", "sushiswap")]
)  # fmt: skip
def test_protocols_are_found_by_what_people_write(text: str, slug: str) -> None:
    row = find_protocol(text)
    assert row is not None
    assert row.slug == slug


def test_chains_and_exchanges_are_found_by_what_people_write() -> None:
    for text, slug in (("BSC", "bsc"), ("bnb  chain", "bsc"), ("mainnet", "ethereum"), ("op mainnet", "optimism")):
        chain = find_chain(text)
        assert chain is not None
        assert chain.slug == slug
    for text, slug in (("Gate.io", "gate"), ("huobi", "htx"), ("okex", "okx"), ("KRAKEN", "kraken")):
        exchange = find_exchange(text)
        assert exchange is not None
        assert exchange.slug == slug


def test_common_english_is_declared_ambiguous() -> None:
    assert "base" in CHAINS["base"].ambiguous
    assert "optimism" in CHAINS["optimism"].ambiguous
    assert "curve" in PROTOCOLS["curve"].ambiguous
    assert "gemini" in EXCHANGES["gemini"].ambiguous


@given(st.text(max_size=100))
def test_every_look_up_answers_any_text(text: str) -> None:
    for find in (find_protocol, find_chain, find_exchange):
        row = find(text)
        assert row is None or row.slug in (*PROTOCOLS, *CHAINS, *EXCHANGES)

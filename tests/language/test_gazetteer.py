"""Names by words: every word of the registry is found, slips are mended, common words are left alone."""

from __future__ import annotations

import random

import pytest

from mobius.core.assets import ASSETS
from mobius.core.protocols import CHAINS, EXCHANGES, PROTOCOLS
from mobius.language.gazetteer import gazetteer
from mobius.language.ordinary import COMMON_WORDS
from mobius.language.tokens import clean, tokenize


def _key(word: str) -> str:
    return " ".join(token.low for token in tokenize(clean(word)))


def test_every_ticker_is_found_as_itself() -> None:
    for ticker, asset in ASSETS.items():
        entry = gazetteer().get(_key(ticker))
        assert entry is not None, ticker
        assert (entry.currency if asset.kind == "fiat" else entry.asset) == ticker


def test_every_protocol_chain_and_exchange_is_found() -> None:
    for slug in PROTOCOLS:
        entry = gazetteer().get(_key(PROTOCOLS[slug].name))
        assert entry is not None and entry.protocol, slug
    for slug in CHAINS:
        entry = gazetteer().get(_key(CHAINS[slug].name))
        assert entry is not None and entry.chain, slug
    for slug in EXCHANGES:
        entry = gazetteer().get(_key(EXCHANGES[slug].name))
        assert entry is not None and entry.exchange, slug


@pytest.mark.parametrize(
    ("word", "ticker"),
    [("bitcion", "BTC"), ("bitcoinn", "BTC"), ("etherum", "ETH"), ("ethereumm", "ETH"), ("solanna", "SOL"), ("cardanno",
    "ADA"), ("dogecion", "DOGE"),
     ("litcoin", "LTC"), ("chainlnik", "LINK"), ("polkadto", "DOT"), ("avalanch", "AVAX"), ("monerro", "XMR")],
)  # fmt: skip
def test_misspelt_names_are_mended(word: str, ticker: str) -> None:
    entry = gazetteer().get(word) or gazetteer().misspelt(word)
    assert entry is not None and entry.asset == ticker


def test_one_slip_in_a_large_coins_name_is_mended() -> None:
    rng = random.Random(7)
    for name, ticker in (
        ("bitcoin", "BTC"),
        ("ethereum", "ETH"),
        ("cardano", "ADA"),
        ("dogecoin", "DOGE"),
        ("chainlink", "LINK"),
    ):
        for _ in range(40):
            at = rng.randrange(1, len(name) - 1)
            slip = rng.choice(
                [
                    name[:at] + name[at + 1 :],
                    name[:at] + name[at] + name[at:],
                    name[:at] + name[at + 1] + name[at] + name[at + 2 :],
                ]
            )
            entry = gazetteer().get(slip) or gazetteer().misspelt(slip)
            assert entry is not None and entry.asset == ticker, slip


def test_common_words_are_no_slips() -> None:
    words = (
        "years yearly either balance market finance together marker stocks story curves compounds optimise treasury "
        "weather lender money"
    ).split()
    for word in (*words, *COMMON_WORDS):
        if gazetteer().get(word) is None:
            assert gazetteer().misspelt(word) is None, word


def test_words_in_other_scripts_are_found() -> None:
    for word, ticker in (("биткоина", "BTC"), ("эфире", "ETH"), ("比 特 币", "BTC"), ("비트코인", "BTC")):
        entry = gazetteer().get(word)
        assert entry is not None and entry.asset == ticker

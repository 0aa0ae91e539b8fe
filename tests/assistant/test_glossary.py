"""The glossary: whole, without clashes, and found by what people ask."""

from __future__ import annotations

import re
import time
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.assistant.glossary import GLOSSARY, SUBJECTS, lookup, lookup_misspelt, near, normal, phrases_of, short_term


def owners() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for entry in GLOSSARY.values():
        for phrase, _ in phrases_of(entry):
            found[phrase].add(entry.slug)
    return found


def test_there_are_two_hundred_terms_each_with_a_slug_of_its_own() -> None:
    assert len(GLOSSARY) >= 200
    assert len(GLOSSARY) == sum(len(subject.ENTRIES) for subject in SUBJECTS)


def test_every_phrase_means_one_term() -> None:
    assert {phrase: slugs for phrase, slugs in owners().items() if len(slugs) > 1} == {}
    assert "" not in owners()


def test_related_terms_exist_and_are_others() -> None:
    for entry in GLOSSARY.values():
        assert 2 <= len(entry.related) <= 4, entry.slug
        assert set(entry.related) <= set(GLOSSARY) - {entry.slug}, entry.slug
        assert len(set(entry.related)) == len(entry.related), entry.slug


def test_every_text_is_a_few_plain_sentences() -> None:
    for entry in GLOSSARY.values():
        n_sentences = len(re.findall(r"[.!?](?: |$)", entry.text))
        assert 2 <= n_sentences <= 5, f"{entry.slug}: {n_sentences}"
        assert 90 <= len(entry.text) <= 480, f"{entry.slug}: {len(entry.text)}"
        assert entry.text[0].isupper() or entry.text[0].isdigit(), entry.slug
        assert entry.text.endswith((".", "?")), entry.slug
        assert not re.search(r"  | ,|<|[{}]|https?:", entry.text), entry.slug


def test_texts_advise_nobody() -> None:
    for entry in GLOSSARY.values():
        assert not re.search(r"\b(you should (buy|sell)|buy now|guaranteed|risk-free|to the moon)\b", entry.text, re.I)


@pytest.mark.parametrize("slug", sorted(GLOSSARY))
def test_a_term_is_found_by_its_own_name(slug: str) -> None:
    entry = GLOSSARY[slug]
    assert lookup(short_term(entry))[0] is entry
    assert lookup(f"explain {short_term(entry)}")[0] is entry


MUST_EXPLAIN = (
    "AMM, APR vs APY, impermanent loss, slippage, TVL, funding rate, basis, perpetual, liquidation, LTV, health "
    "factor, oracle, MEV, sandwich, gas, base fee, EIP-1559, blob, rollup, bridge, staking, slashing, restaking, LST, "
    "LRT, validator, ERC-20, ERC-4626, ERC-721, proxy, timelock, multisig, Permit2, EIP-7702 delegated account, "
    "honeypot, rug pull, stablecoin, depeg, CDP, flash loan, governance, airdrop, halving, hash rate, UTXO, mempool, "
    "market cap, FDV, circulating supply, dominance, fear and greed, RSI, MACD, Bollinger, moving average, ATR, ADX, "
    "OBV, VWAP, stochastic, Ichimoku, volatility, Sharpe, Sortino, drawdown, VaR, CVaR, correlation, beta, implied "
    "volatility, skew, open interest, order book, spread, market maker, limit order, stop loss, DCA, custody, seed "
    "phrase, cold wallet, KYC, OFAC, ETF, LVR, concentrated liquidity, veToken, gauge, liquidity mining, points, real "
    "yield, delta neutral, arbitrage, cross-chain, DAO, zk proof, data availability, sequencer, finality"
)


@pytest.mark.parametrize("term", MUST_EXPLAIN.split(", "))
def test_the_terms_people_ask_for_are_there(term: str) -> None:
    assert lookup(f"What is {term}?"), term


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("what is impermanent loss", "impermanent-loss"),
        ("whats IL", "impermanent-loss"),
        ("explain like i'm five: zk-rollups", "rollup"),
        ("what's the point of staking", "staking"),
        ("how does gas work on ethereum?", "gas"),
        ("what is a bitcoin halving", "halving"),
        ("what is bitcoin?", "bitcoin"),
        ("FLASH LOANS!!!", "flash-loan"),
        ("what's a flash-loan attack", "flash-loan"),
        ("what does 'overbought' mean", "rsi"),
        ("difference between a golden cross and a death cross", "golden-cross"),
        ("what is implied volatility", "implied-volatility"),
        ("what is volatility", "volatility"),
        ("what is a perp", "perpetual"),
        ("what are points", "points"),
        ("supply meaning", "circulating-supply"),
    ],
)
def test_a_question_finds_its_term(question: str, slug: str) -> None:
    assert lookup(question)[0].slug == slug


def test_two_terms_are_both_found_in_order() -> None:
    assert [entry.slug for entry in lookup("sharpe vs sortino")] == ["sharpe", "sortino"]


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("whats impermanant los", "impermanent-loss"),
        ("explian liquidaton", "liquidation"),
        ("what's a sandwitch atack", "sandwich"),
        ("colateral?", "collateral"),
        ("what is volatilty", "volatility"),
        ("arbitage", "arbitrage"),
        ("what is a validater", "validator"),
    ],
)
def test_a_misspelt_term_is_understood(question: str, slug: str) -> None:
    found = lookup(question) or (lookup_misspelt(question),)
    assert found[0] is not None
    assert found[0].slug == slug


@pytest.mark.parametrize("text", ["what is love", "DROP TABLE users", "the weather in Paris", "", "🤷‍♀️", "what is it"])
def test_other_things_are_no_term(text: str) -> None:
    assert lookup(text) == ()
    assert lookup_misspelt(text) is None


def test_near_terms_are_offered_without_repeats() -> None:
    found = near("liquid stakng tokn")
    assert found
    assert len({entry.slug for entry in found}) == len(found) <= 3


@given(st.text(max_size=300))
def test_any_text_is_searched_without_error(text: str) -> None:
    for entry in lookup(text):
        assert entry.slug in GLOSSARY
    assert normal(normal(text)) is not None


def test_ten_kilobytes_are_searched_at_once() -> None:
    text = "what is \u202e liquidity<script> " * 400
    lookup(text)
    started = time.perf_counter()
    for _ in range(20):
        lookup(text)
    assert (time.perf_counter() - started) / 20 < 0.05

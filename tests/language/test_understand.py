"""Understanding as a whole: accuracy on questions written apart, slots, days, two questions in one, odd input, speed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobius.core.intents import INTENTS, Understanding
from mobius.language.evaluate import EvalRow, evaluate, read_rows
from mobius.language.understand import Understander

Understand = Callable[[str], Understanding]
LATER = Path(__file__).parent / "questions_later.tsv"
"""Written after the training phrases; each was answered wrongly or rightly once, and phrases were added where it was wrong."""
DEFI = Path(__file__).parent / "questions_defi.tsv"
"""Yields, flows, fees, moods, chains and their neighbours, written in three turns and asked once before phrases were added."""
NOON = datetime(2025, 6, 11, 12, tzinfo=UTC)


def test_questions_kept_apart_are_understood(understand: Understand, questions: list[EvalRow]) -> None:
    metrics = evaluate(questions, understand).metrics
    assert len(questions) >= 300
    assert {row.intent for row in questions} == set(INTENTS)
    assert (metrics["accuracy"] or 0) >= 0.95
    assert (metrics["macro_f1"] or 0) >= 0.95
    assert (metrics["slot_f1"] or 0) >= 0.97
    assert (metrics["false_refusal_rate"] or 0) <= 0.02
    assert (metrics["ece"] or 0) <= 0.1


@pytest.mark.parametrize("file", [LATER, DEFI], ids=lambda file: file.stem)
def test_questions_that_showed_gaps_stay_understood(understand: Understand, file: Path) -> None:
    rows = read_rows(file.read_text(encoding="utf-8"), "tsv")
    metrics = evaluate(rows, understand).metrics
    assert (metrics["accuracy"] or 0) >= 0.95
    assert (metrics["slot_f1"] or 0) >= 0.97


def test_what_is_none_of_ours_looks_nothing_up(understand: Understand, shared_data: Path) -> None:
    file = shared_data / "eval" / "nlu_external.jsonl"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    rows = [row for row in read_rows(file.read_text(encoding="utf-8"), "jsonl") if row.intent == "out_of_scope"]
    assert (evaluate(rows[::3], understand).metrics["out_of_scope_recall"] or 0) >= 0.97


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("price of btc and what is impermanent loss", ("price", "explain")),
        ("how is eth doing today? any news on the sec?", ("price", "news")),
        ("gas on base; whale transfers of usdt today", ("gas", "whales")),
        ("price of btc and eth", ("price",)),
        ("compare aave and compound", ("defi_compare",)),
        ("i hold 2 btc and 10 eth, how risky is that", ("portfolio_risk",)),
        ("tell me when btc is above 100k and eth above 5k", ("alerts",)),
        ("hello, what is the price of sol?", ("price",)),
    ],
)
def test_two_questions_in_one_give_two_intents_and_one_gives_one(
    understand: Understand, text: str, intents: tuple[str, ...]
) -> None:
    got = understand(text)
    assert got.intents == intents
    assert got.intent == intents[0]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("what was BTC doing on 5 March 2024", datetime(2024, 3, 6, tzinfo=UTC)),
        ("eth price yesterday", datetime(2025, 6, 11, tzinfo=UTC)),
        ("how much was sol last christmas", datetime(2024, 12, 26, tzinfo=UTC)),
        ("ada on 2024-03-05", datetime(2024, 3, 6, tzinfo=UTC)),
        ("xrp price 03/05/2024", datetime(2024, 5, 4, tzinfo=UTC)),
        ("btc price 05/13/2024", datetime(2024, 5, 14, tzinfo=UTC)),
        ("what was btc worth a week ago", datetime(2025, 6, 5, tzinfo=UTC)),
        ("eth at the end of 2023", datetime(2024, 1, 1, tzinfo=UTC)),
        ("doge price in march 2024", datetime(2024, 4, 1, tzinfo=UTC)),
        ("btc price in 2021", datetime(2022, 1, 1, tzinfo=UTC)),
        ("was kostete bitcoin gestern", datetime(2025, 6, 11, tzinfo=UTC)),
        ("rsi of eth on 1 june 2022", datetime(2022, 6, 2, tzinfo=UTC)),
        ("how was the market last monday", datetime(2025, 6, 10, tzinfo=UTC)),
        ("btc price today", None),
        ("btc price this morning", None),
        ("eth now", None),
        ("chart of btc since march 2024", None),
        ("btc last week", None),
        ("tell me when btc hits 100k on friday", None),
        ("will btc fall on friday", None),
    ],
)
def test_a_named_past_day_sets_as_of_and_is_no_slot(understand: Understand, text: str, day: datetime | None) -> None:
    got = understand(text)
    assert got.as_of == day
    assert "date" not in got.slots
    assert "amount" not in got.slots


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("price of foocoin", ("foocoin",)),
        ("$ZORB price", ("ZORB",)),
        ("chart zorbcoin", ("zorbcoin",)),
        ("btc and zorbcoin price", ("zorbcoin",)),
        ("price of bitcoin", ()),
        ("how's the market", ()),
        ("what is impermanent loss", ()),
        ("balance of 0xd8dA6BF26964aF9D7eEd9e03E53415D37aA9604A", ("0xd8dA6BF26964aF9D7eEd9e03E53415D37aA9604A",)),
    ],
)
def test_words_in_the_place_of_an_asset_that_are_none_are_named(
    understand: Understand, text: str, words: tuple[str, ...]
) -> None:
    assert understand(text).unresolved == words


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("tell me if eth funding turns negative", "alerts"),
        ("is 0x1f9840a85d5af5bf1d1762f925bdaddc4201f984 safe", "contract"),
        ("what does 0x1f9840a85d5af5bf1d1762f925bdaddc4201f984 hold", "wallet"),
        ("aave vs compound rates", "defi_compare"),
        ("best rate to lend usdc", "yield"),
        ("lido vs rocket pool for staking", "staking"),
        ("should i buy sol", "signals"),
        ("will sol go up", "forecast"),
        ("is sol overbought", "technicals"),
        ("why is btc down", "news"),
        ("is btc down", "price"),
        ("btc on binance vs kraken", "arbitrage"),
        ("what's the funding on eth", "derivatives"),
        ("how volatile will eth be next week", "forecast"),
        ("/price btc", "price"),
        ("/alert btc 50k", "alerts"),
        ("gm", "greeting"),
        ("", "help"),
    ],
)
def test_near_neighbours_follow_the_contract(understand: Understand, text: str, intent: str) -> None:
    assert understand(text).intent == intent


@pytest.mark.parametrize(
    "text",
    [
        "btc " * 2500,
        "\u202eecirp ctb\u202c \u200f\u05de\u05d7\u05d9\u05e8 btc",
        "price\x00 of\x1b[31m btc\x07",
        "'; DROP TABLE users; -- price of btc",
        "<script>alert('btc')</script> price",
        "🚀🚀🚀 btc 🌕🌕",
        "](javascript:alert(1)) [btc",
        "9" * 5000,
        "0x" + "f" * 5000,
        "1,000,000,000,000,000,000,000,000,000,000,000,000 btc in usd",
        "(" * 1000,
        "a.eth" * 1000,
        "$" * 1000,
        "½ btc ① ٣ eth",
        "in 99999 years btc",
        "on 99/99/9999 btc",
        "99999999 years ago",
    ],
)
def test_odd_input_gives_an_understanding_in_time(understand: Understand, text: str) -> None:
    start = time.perf_counter()
    got = understand(text)
    assert time.perf_counter() - start < 0.25
    assert got.intent in INTENTS
    assert 0 <= got.confidence <= 1


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_understood_somehow(text: str) -> None:
    got = _LOADED.understand(text, now=NOON)
    assert got.intent in INTENTS
    assert got.intents[0] == got.intent
    assert got.text == text
    assert 0 <= got.confidence <= 1


_PIECES = st.sampled_from(
    ["btc", "eth", "price", "of", "$", "10k", "5%", "vs", "and", "/", "0x", "in", "usd", "last", "3", "months", "ago",
    "aave", "base",
     "one", "half", "a", "million", "-", "march", "2024", "alert", "me", "when", "over", "link", "?", "4h", "the", "1,",
     ".5", "№"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=25))
def test_any_mixture_of_words_is_understood_somehow(pieces: list[str]) -> None:
    got = _LOADED.understand(" ".join(pieces), now=NOON)
    assert got.intent in INTENTS
    assert set(got.slots) <= {
        "assets", "quote", "amount", "window", "interval", "risk", "protocols", "chains", "exchanges", "indicators",
        "address", "ens",
        "holdings", "weights", "threshold", "percent", "direction", "min_usd", "action",
    }  # fmt: skip


_LOADED = Understander.load()


def test_case_and_surrounding_space_do_not_matter(understand: Understand) -> None:
    plain = understand("what is the price of bitcoin in euros")
    assert understand("  WHAT IS THE PRICE OF BITCOIN IN EUROS  ").slots == plain.slots
    assert understand("What is the price of Bitcoin in Euros?").intent == plain.intent == "price"


def test_understanding_is_fast(understand: Understand, questions: list[EvalRow]) -> None:
    times = []
    for row in questions:
        start = time.perf_counter()
        understand(row.text)
        times.append(time.perf_counter() - start)
    times.sort()
    assert times[len(times) // 2] < 0.003  # measured 0.0002; the machine may be busy
    assert times[int(len(times) * 0.99)] < 0.03


def test_loading_needs_no_heavy_library_and_little_time() -> None:
    code = (
        "import sys, time; from mobius.language.understand import Understander; t = time.process_time(); "
        "u = Understander.load(); from datetime import datetime, UTC; "
        "u.understand('price of btc', now=datetime(2025, 1, 1, tzinfo=UTC)); spent = time.process_time() - t; "
        "heavy = [m for m in ('numpy', 'sklearn', 'scipy', 'rapidfuzz', 'sqlalchemy', 'aiohttp', "
        "'mobius.language.keccak') "
        "if m in sys.modules]; "
        "print(heavy, spent < 0.3)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[] True"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("sats per vbyte", "gas"),
        ("gas prices yesterday", "gas"),
        ("gas prices", "gas"),
        ("btc fees", "gas"),
        ("compare aave and uniswap developers", "dev_activity"),
        ("inflows to aave yesterday", "defi_flows"),
        ("flows of blahswap", "defi_flows"),
        ("btc etf", "institutional_flows"),
        ("pepe hype check", "sentiment"),
        ("any arb on eth right now", "arbitrage"),
        ("wen moon", "forecast"),
        ("apr vs apy", "explain"),
        ("btc etf price", "price"),
    ],
)
def test_a_plain_subject_settles_the_intent(understand: Understand, text: str, intent: str) -> None:
    assert understand(text).intent == intent

"""Which pieces tell the same, and which are on a subject."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mobius.core.facts import Sourced
from mobius.core.record_needs import Headline
from mobius.core.regulators import regulators_in
from mobius.desk.stories import Piece, folded, is_on_crypto, names_asset, names_regulator

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NOTHING: Sourced[tuple[Headline, ...]] = Sourced(value=(), source="x", endpoint="/", as_of=NOW, fetched_at=NOW)


def piece(title: str, hours_ago: float = 1, *, outlet: str = "a", official: bool = False) -> Piece:
    return Piece(title=title, summary="", outlet=outlet, address="", at=NOW - timedelta(hours=hours_ago), field="f",
                 official=official, specialist=True, sourced=NOTHING)  # fmt: skip


def test_the_official_piece_of_a_story_stands_first_else_the_earliest() -> None:
    press = [piece("SEC approves rule on token custody", n, outlet=str(n)) for n in (1, 3)]
    (story,) = folded([*press, piece("SEC Approves Rule on Token Custody", 2, outlet="SEC", official=True)])
    assert (story.first.outlet, story.n_outlets) == ("SEC", 3)
    (story,) = folded(press)
    assert story.first.outlet == "3"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bitcoin slides 5.6% in an hour", "Bitcoin slides 7.1% in an hour"),
        ("Bitcoin falls", "Ethereum falls"),
        ("Solana network upgrade ships to validators", "Solana fund sees record inflow this week"),
    ],
)
def test_different_events_are_different_stories(one: str, other: str) -> None:
    assert len(folded([piece(one), piece(other)])) == 2


def test_the_same_title_a_day_later_is_another_story() -> None:
    assert (
        len(folded([piece("Bitcoin trades in a narrow range", 1), piece("Bitcoin trades in a narrow range", 40)])) == 2
    )


@pytest.mark.parametrize(
    ("text", "ticker", "named"),
    [
        ("BTC slips", "BTC", True),
        ("What bitcoin's fall means", "BTC", True),
        ("Bitcoiners gather", "BTC", False),
        ("Ether rallies", "ETH", True),
        ("Together at last", "ETH", False),
        ("A link in the chain", "LINK", False),
        ("Chainlink adds feeds", "LINK", True),
        ("LINK gains", "LINK", True),
        ("one more step", "ONE", False),
    ],
)
def test_an_asset_is_named_by_words_that_mean_nothing_else(text: str, ticker: str, named: bool) -> None:
    assert names_asset(text, [ticker]) is named


def test_regulators_are_named_in_the_case_they_are_written() -> None:
    assert names_regulator("SEC sues exchange", ("SEC",))
    assert not names_regulator("wait a sec", ("SEC",))
    assert not names_regulator("SECURE chips", ("SEC",))
    assert regulators_in("any crypto regulation news?") == ("SEC", "CFTC")
    assert regulators_in("btc news") == ()


def test_what_is_not_on_crypto_is_told_apart() -> None:
    assert is_on_crypto(piece("Custody of digital assets"))
    assert not is_on_crypto(piece("Staff statement on municipal bonds"))

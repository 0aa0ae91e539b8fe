"""Near names for an unknown one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.language.near import near_assets


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("bitcoinn", "Bitcoin (BTC)"),
        ("etherium classic", "Ethereum Classic (ETC)"),
        ("solan", "Solana (SOL)"),
        ("$DOGEE", "Dogecoin (DOGE)"),
    ],
)
def test_the_likeliest_name_comes_first(text: str, name: str) -> None:
    assert near_assets(text)[0] == name


def test_nothing_near_gives_nothing() -> None:
    assert near_assets("qqqqqqzzzz") == ()


@given(st.text(max_size=60), st.integers(min_value=0, max_value=5))
def test_never_more_than_asked(text: str, n: int) -> None:
    assert len(near_assets(text, n)) <= n

"""Names: the worked examples hold, and odd names are read as nothing rather than as something."""

from __future__ import annotations

import doctest
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.store import naming
from mobius.store.naming import canonical, read_name, read_pair


def test_the_examples_hold() -> None:
    failed, tried = doctest.testmod(naming)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("symbol", ["", " ", "a b c", "prices", "BTC ETH SOL", "💰", "../../etc/passwd", "USDT-"])
def test_what_names_no_pair(symbol: str) -> None:
    pair = read_pair(symbol)
    assert pair is None or (symbol, pair.ticker, pair.quote) == ("USDT-", "USDT", None)


@given(st.text(max_size=40))
def test_any_name_can_be_read(text: str) -> None:
    read_pair(text)
    read_name(Path("folder") / (text.replace("/", "").replace("\x00", "") or "x"))


def test_an_unknown_asset_keeps_its_own_ticker() -> None:
    assert canonical("nosuchcoin", date(2024, 1, 1)) == ("NOSUCHCOIN", None)

"""Texts taken apart: what is kept, what only counts, and who seems to speak."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mobius.sentiment
from mobius.sentiment.reading import LONGEST, read


def test_links_and_mentions_are_counted_and_dropped() -> None:
    text = read("@somebody look https://x.example/buy and t.me/free $BTC $ETH")
    assert (text.links, text.cashtags) == (2, 2)
    assert "somebody" not in text.clean
    assert "example" not in text.clean


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        ("i just sold my bitcoin", True),
        ("doge to the moon", True),
        ("$XYZ breaking out", True),
        ("Net sales rose to EUR 13.1 mn .", False),
        ("Ministry Opens Talks On Steel Tariffs", False),
        ("Oil falls below $50 https://t.co/abc", False),
    ],
)
def test_people_are_told_from_reports(text: str, talk: bool) -> None:
    assert read(text).talk is talk


def test_skin_colours_and_control_characters_do_not_hide_a_sign() -> None:
    assert "👍" in read("👍🏽 nice\x00").tokens
    assert "\x00" not in read("a\x00b").clean


@given(st.text(max_size=300))
def test_anything_can_be_read(text: str) -> None:
    found = read(text)
    assert len(found.tokens) == len(found.kinds)
    assert len(found.clean) <= LONGEST


@pytest.mark.parametrize("name", sorted(module.name for module in pkgutil.iter_modules(mobius.sentiment.__path__)))
def test_examples_in_docstrings_run(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(f"mobius.sentiment.{name}"))
    assert failed == 0

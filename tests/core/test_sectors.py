"""Sectors name assets of ours, each once."""

from __future__ import annotations

from mobius.core.assets import ASSETS
from mobius.core.sectors import SECTORS


def test_every_ticker_is_registered_and_stands_once_in_a_sector() -> None:
    for sector, tickers in SECTORS.items():
        assert len(set(tickers)) == len(tickers), sector
        assert set(tickers) <= ASSETS.keys(), sector
        assert all(ASSETS[ticker].kind in ("coin", "token") for ticker in tickers)

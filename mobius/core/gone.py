"""Providers that are no more. Here: what became of each, and what serves in its place. Not here: those that are (sources)."""

from __future__ import annotations

from msgspec import Struct


class Gone(Struct, frozen=True):
    """A provider that people know and that is no more."""

    name: str
    what_became: str
    instead: str


GONE: tuple[Gone, ...] = (
    Gone("Flipside", "data business sold in May 2026, closed in June", "DefiLlama flows from TVL; Dune with a key"),
    Gone("FTX", "closed in November 2022", "OKX and Bybit"),
    Gone("Google Trends (pytrends)", "archived in April 2025, refused since", "Wikipedia pageviews; CSV import"),
    Gone("CryptoPanic (free API)", "no longer dependable", "news feeds by RSS"),
    Gone("The Graph (hosted service)", "closed", "its gateway, with a key"),
    Gone("Etherscan V1", "closed in August 2025", "Etherscan V2 with a key; Blockscout; Sourcify"),
    Gone("Twitter (free API)", "charged by use", "X with a key and a cap; Bluesky; Reddit by RSS"),
)
"""What `doctor` says of them, so that nobody looks for a mistake of their own."""

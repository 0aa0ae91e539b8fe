"""Regulators and ministries as news names them. Here: their words and slugs. Not here: their feeds (sources)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct


class Regulator(Struct, frozen=True, kw_only=True):
    name: str
    words: str
    """A pattern of how texts name it; matched in the case given."""
    agency: str | None = None
    """Its slug in the Federal Register."""
    feed: str | None = None
    """The source that gives what it announces."""


_LINES = (
    ("SEC", r"SEC|Securities and Exchange Commission", "securities-and-exchange-commission", "rss_sec"),
    ("CFTC", r"CFTC|Commodity Futures Trading Commission", "commodity-futures-trading-commission", "rss_cftc"),
    ("FinCEN", r"FinCEN|FINCEN|Financial Crimes Enforcement Network", "financial-crimes-enforcement-network", None),
    ("OCC", r"OCC|Comptroller of the Currency", "comptroller-of-the-currency", None),
    ("Federal Reserve", r"Federal Reserve|the Fed|FOMC", "federal-reserve-system", None),
    ("FDIC", r"FDIC|Federal Deposit Insurance Corporation", "federal-deposit-insurance-corporation", None),
    ("IRS", r"IRS|Internal Revenue Service", "internal-revenue-service", None),
    ("Treasury", r"(?:U\.?S\.? )?Treasury(?: Department| Secretary)|OFAC", "treasury-department", None),
    ("DOJ", r"DOJ|Justice Department|Department of Justice", "justice-department", None),
    ("ESMA", r"ESMA|MiCA|European Securities and Markets Authority", None, None),
    ("FCA", r"FCA|Financial Conduct Authority", None, None),
)
REGULATORS: Mapping[str, Regulator] = {
    name: Regulator(name=name, words=words, agency=agency, feed=feed) for name, words, agency, feed in _LINES
}
_ASKED = {
    name: re.compile(rf"\b(?:{one.words.replace('the Fed|', 'the Fed|fed|')})\b", re.IGNORECASE)
    for name, one in REGULATORS.items()
}
_ANY = re.compile(r"\bregulat\w*|\blawsuits?\b|\blegislation\b|\bregulators?\b", re.IGNORECASE)


def regulators_in(text: str) -> tuple[str, ...]:
    """The regulators that a question names; those of the United States where it speaks of regulation alone.

    >>> regulators_in("any sec news"), regulators_in("what did the fed say"), regulators_in("second opinion")
    (('SEC',), ('Federal Reserve',), ())
    """
    named = tuple(name for name, asked in _ASKED.items() if asked.search(text))
    return named or (("SEC", "CFTC") if _ANY.search(text) else ())

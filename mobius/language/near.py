"""Names near to an unknown one. Here: "did you mean". Loaded only when a name was not found, since rapidfuzz is heavy."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Protocol

from rapidfuzz import fuzz, process, utils

from mobius.core.assets import ASSETS

_CUTOFF = 68.0


@cache
def _choices() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words and, beside each, the ticker it stands for."""
    pairs = [(word, asset.ticker) for asset in ASSETS.values() if asset.kind != "fiat" for word in asset.aliases]
    return tuple(word for word, _ in pairs), tuple(ticker for _, ticker in pairs)


def near_assets(text: str, n: int = 3) -> tuple[str, ...]:
    """Up to `n` known assets spelt most like `text`, the likeliest first, as "Bitcoin (BTC)".

    >>> near_assets("bitcoinn")[0]
    'Bitcoin (BTC)'
    """
    words, tickers = _choices()
    query = text[:40].strip(" $")
    hits = process.extract(
        query, words, scorer=fuzz.WRatio, processor=utils.default_process, limit=12, score_cutoff=_CUTOFF
    )
    scored: dict[str, tuple[float, int]] = {}
    for _, score, at in hits:
        asset = ASSETS[tickers[at]]
        likeness = fuzz.ratio(query.lower(), words[at])
        best = (-round(max(likeness, score * 0.9), 1), asset.rank)
        scored[asset.ticker] = min(best, scored.get(asset.ticker, best))
    near = sorted(scored, key=lambda ticker: scored[ticker])[: max(0, n)]
    return tuple(_named(ticker) for ticker in near)


class Named(Protocol):
    """A row of a registry: what it is called, and the words for it."""

    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


def near_names(text: str, table: Mapping[str, Named], n: int = 3) -> tuple[str, ...]:
    """Up to `n` names of protocols, chains or the like spelt most like `text`, the likeliest first.

    >>> from mobius.core.protocols import CHAINS
    >>> near_names("arbitrim", CHAINS)[0]
    'Arbitrum'
    """
    words = [(word, row.name) for row in table.values() for word in row.aliases]
    hits = process.extract(
        text[:40], [word for word, _ in words], scorer=fuzz.ratio, processor=utils.default_process, limit=12,
        score_cutoff=_CUTOFF,
    )  # fmt: skip
    return tuple(dict.fromkeys(words[at][1] for _, _, at in hits))[: max(0, n)]


def _named(ticker: str) -> str:
    name = ASSETS[ticker].name
    return name if name == ticker else f"{name} ({ticker})"

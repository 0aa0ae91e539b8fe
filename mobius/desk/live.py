"""Live prices in any quote. Here: the price need of now, from hearing to view. Not here: the past (past)."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from mobius.core.assets import ASSETS
from mobius.core.errors import NoData
from mobius.core.market_views import PriceView
from mobius.core.needs import Source
from mobius.core.notices import Notice, SourceFailure
from mobius.desk.failures import told
from mobius.desk.hearing import DOLLAR_GROUPS, listen, tether_rate
from mobius.desk.price import settle
from mobius.desk.quotes import in_fiat, ratio_view
from mobius.desk.tail import widen


async def live_prices(
    sources: Sequence[Source], assets: tuple[str, ...], quote: str, exchanges: tuple[str, ...] = ()
) -> tuple[PriceView, ...]:
    """A checked view for each asset any source knows, in the order asked; of `exchanges` alone where any are named."""
    crypto_quote = quote not in DOLLAR_GROUPS and not _is_fiat(quote)
    asked = tuple(dict.fromkeys((*assets, quote) if crypto_quote else assets))
    heard = await listen(sources, asked, "USD" if crypto_quote else quote)
    wider = await widen(sources, asked, "USD" if crypto_quote else quote, heard, exchanges)
    heard = wider.heard
    tether = tether_rate(heard)
    in_dollars = {asset: view for asset in asked if (view := settle(asset, "USD", heard, tether)) is not None}
    if quote == "USD":
        views = [in_dollars[asset] for asset in assets if asset in in_dollars]
    elif crypto_quote:
        views = [
            ratio_view(in_dollars[a], in_dollars[quote]) for a in assets if a in in_dollars and quote in in_dollars
        ]
    else:
        views = await in_fiat(sources, assets, quote, heard, in_dollars)
    if not views:
        raise NoData(
            "market", _nothing(assets, heard.failures, sources), hint="`mobius doctor` shows which sources answer."
        )
    return tuple(_noted(view, wider.notices, alone=bool(exchanges)) for view in views)


def _noted(view: PriceView, further: tuple[Notice, ...], *, alone: bool) -> PriceView:
    """With what the wider hearing has to say; that nobody checks an exchange asked for alone is no news."""
    if not (further or alone):
        return view
    told = [
        replace(notice, kind="as_asked") if alone and notice.kind == "one_source" else notice for notice in view.notices
    ]
    return replace(view, notices=(*told, *further))


def _is_fiat(ticker: str) -> bool:
    return ticker in ASSETS and ASSETS[ticker].kind == "fiat"


def _nothing(assets: tuple[str, ...], failures: tuple[SourceFailure, ...], sources: Sequence[Source]) -> str:
    names = ", ".join(assets)
    if not failures:
        return f"No source lists {names}."
    return f"No source gave a price for {names}: {told(failures, sources)}."

"""Which column of a sheet is what. Here: recognising bars, panels and what is neither. Not here: judging the values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from mobius.core.assets import find
from mobius.core.errors import BadParameter
from mobius.store.naming import Pair, read_pair
from mobius.store.sheets import Sheet

_TIMES = ("ts", "open_time", "opentime", "time_open", "timeopen", "timestamp", "unix", "unix_timestamp", "datetime",
          "date", "time", "day", "snapped_at", "index_level_0")  # fmt: skip
_PRICES = {
    "open": ("open", "o", "open_price", "openprice", "price_open"),
    "high": ("high", "h", "high_price", "highprice", "price_high"),
    "low": ("low", "l", "low_price", "lowprice", "price_low"),
    "close": ("close", "c", "close_price", "closeprice", "price_close", "closing_price"),
}
_CLOSES = ("close", *_PRICES["close"][1:], "price", "adj_close", "last")
_VOLUMES = ("volume", "vol", "v", "base_volume", "volume_base", "basevolume")
_SYMBOLS = ("symbol", "ticker", "pair", "asset", "coin", "instrument", "market", "product_id", "tic")
_TRADE = frozenset({"side", "amount", "quantity", "qty", "size", "trade_id", "tradeid", "id", "buyer_maker",
                    "is_buyer_maker", "isbuyermaker", "cost"})  # fmt: skip
_QUOTE = frozenset({"bid", "ask", "bid_price", "ask_price", "best_bid", "best_ask", "bid_size", "ask_size"})
_FUNDING = frozenset({"funding_rate", "fundingrate", "last_funding_rate", "lastfundingrate"})
_ROW_NUMBERS = frozenset({"", "index", "unnamed_0", "index_level_0", "row", "n"})
_WANTED = "History takes bars (time, open, high, low, close, volume) or closes (time, and a column per asset)."


class Layout(Struct, frozen=True, kw_only=True):
    """The roles of a sheet's columns, by their names in the file.

    `prices` holds open, high, low and close, or close alone. `symbol` is set for a long panel. A wide panel has
    `assets`, a pair for each column of closes, and no `prices`.
    """

    time: str
    prices: Mapping[str, str] = {}
    volume: str | None = None
    symbol: str | None = None
    assets: Mapping[str, Pair] = {}


def recognise(sheet: Sheet, *, asset: str | None = None) -> Layout:
    """Tell the layout of a sheet; `asset` is the ticker that the caller named, which picks among several volumes.

    Raises BadParameter with one sentence when it holds no bars: what it holds instead, or what is missing.
    """
    names = {_plain(name): name for name in reversed(list(sheet.columns))}
    _refuse_other_material(sheet, names)
    time = _first(names, _TIMES)
    if time is None:
        raise BadParameter(f"{sheet.file} has no column of times among {_listed(sheet.columns)}.", hint=_WANTED)
    prices = {role: name for role, words in _PRICES.items() if (name := _first(names, words)) is not None}
    if len(prices) < len(_PRICES):
        close = _first(names, _CLOSES)
        if prices and (len(prices) > 1 or close is None):
            missing = [role for role in _PRICES if role not in prices]
            raise BadParameter(f"{sheet.file} has no column {missing[0]!r} beside its other prices.", hint=_WANTED)
        prices = {"close": close} if close is not None else {}
    if not prices:
        return Layout(time=time, assets=_panel(sheet, time))
    symbol = _first(names, _SYMBOLS)
    return Layout(time=time, prices=prices, volume=_volume(names, asset), symbol=symbol)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _first(names: Mapping[str, str], words: Sequence[str]) -> str | None:
    return next((names[word] for word in words if word in names), None)


def _listed(names: Mapping[str, object]) -> str:
    shown = ", ".join(repr(name) for name in list(names)[:8])
    return shown + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def _refuse_other_material(sheet: Sheet, names: Mapping[str, str]) -> None:
    """Market data that is no bars is named for what it is."""
    words = frozenset(names)
    if {"open", "high", "low", "close"} <= words:
        return
    kind = None
    if words & _FUNDING:
        kind = "funding rates"
    elif len(words & _QUOTE) > 1:
        kind = "quotes (bids and asks)"
    elif "price" in words and words & _TRADE:
        kind = "single trades"
    if kind is not None:
        raise BadParameter(f"{sheet.file} holds {kind}, not bars, so nothing of it was imported.", hint=_WANTED)


def _volume(names: Mapping[str, str], asset: str | None) -> str | None:
    """The volume in base units; `Volume BTC` beside `Volume USDT` is told apart by the asset."""
    name = _first(names, _VOLUMES)
    if name is None and asset is not None:
        name = _first(names, (f"volume_{asset.lower()}", f"{asset.lower()}_volume"))
    return name


def _panel(sheet: Sheet, time: str) -> Mapping[str, Pair]:
    """The assets of a wide panel, one column of closes each."""
    assets: dict[str, Pair] = {}
    for name, cells in sheet.columns.items():
        if name == time or _plain(name) in _ROW_NUMBERS:
            continue
        pair = read_pair(name) or _plain_ticker(name)
        is_number = not isinstance(cells, np.ndarray) or cells.dtype.kind in "iuf"
        if pair is None or not is_number:
            raise BadParameter(
                f"{sheet.file} holds no bars: its column {name!r} is neither a price nor an asset.", hint=_WANTED
            )
        assets[name] = pair
    if not assets:
        raise BadParameter(f"{sheet.file} has times and nothing else.", hint=_WANTED)
    return assets


def _plain_ticker(name: str) -> Pair | None:
    """A column in capitals is taken for a ticker, known or not (a panel may hold shares)."""
    known = find(name) is not None or re.fullmatch(r"[A-Z][A-Z0-9.]{0,9}", name) is not None
    return Pair(name.upper(), None) if known else None

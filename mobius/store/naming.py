"""What a file's name and folder tell of its bars. Here: asset, quote, venue, kind, interval. Not here: its columns."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Literal

from msgspec import Struct

from mobius.core.assets import find, near_names, ticker_at
from mobius.core.errors import BadParameter, UnknownSymbol
from mobius.core.protocols import find_exchange

QUOTES = ("FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USD", "EUR", "GBP", "JPY", "TRY", "BRL", "KRW", "DAI", "BTC", "ETH",
          "BNB", "SOL", "XBT")  # fmt: skip
"""What a joined pair may end in, longest first: `BTCUSDT` is BTC/USDT."""
DEFAULT_QUOTE = "USD"
_INTERVAL = re.compile(r"(\d{1,3})(M(?:IN)?|H(?:OUR)?|D(?:AY)?|W)|(DAILY)|(HOURLY)|(WEEKLY)")
_UNIT_S = {"M": 60, "H": 3_600, "D": 86_400, "W": 604_800}
_DATE = re.compile(r"\d{1,4}|\d{8}")
_KINDS: dict[str, Literal["spot", "perpetual"]] = {
    "PERP": "perpetual",
    "PERPETUAL": "perpetual",
    "SWAP": "perpetual",
    "FUTURES": "perpetual",
    "FUTURE": "perpetual",
    "SPOT": "spot",
}
_FOLDER_WORDS = frozenset({*_KINDS, "INTRADAY", "KLINES", "CANDLES", "OHLCV", "BARS", "FUNDING"})
_TICKER = re.compile(r"[A-Z][A-Z0-9]{1,11}|[A-Z0-9]{2,11}[A-Z]")


class Pair(Struct, frozen=True):
    """A symbol read: the ticker as it was written, and the quote if it names one."""

    ticker: str
    quote: str | None


class FileName(Struct, frozen=True, kw_only=True):
    """What could be told from a path; None where it tells nothing."""

    pair: Pair | None
    venue: str | None
    kind: Literal["spot", "perpetual"]
    interval_s: int | None


def read_name(file: Path) -> FileName:
    """Read the name of a file and of the folder it lies in.

    >>> read_name(Path("binance_futures_intraday/SOLUSDT_PERP_5m.parquet"))
    FileName(pair=Pair(ticker='SOL', quote='USDT'), venue='binance', kind='perpetual', interval_s=300)
    >>> read_name(Path("yahoo_1d/STETH-USD.csv")).pair
    Pair(ticker='STETH', quote='USD')
    """
    words = _words(file.name.partition(".")[0])
    folder = _words(file.parent.name)
    symbol = [word for word in words if not _is_told(word)]
    kinds = [_KINDS[word] for word in (*words, *folder) if word in _KINDS]
    return FileName(
        pair=_pair_of_words(symbol) or _pair_of_words([word for word in symbol if not _is_exchange(word)]),
        venue=_venue(file.parent.name),
        kind=kinds[0] if kinds else "spot",
        interval_s=next((length for word in words if (length := _interval_s(word))), None),
    )


def read_pair(symbol: str) -> Pair | None:
    """Read a symbol such as `BTCUSDT`, `BTC-USD`, `btc/usdt` or `BTC`; None when it is none.

    >>> read_pair("ETHBTC"), read_pair("trades of May")
    (Pair(ticker='ETH', quote='BTC'), None)
    >>> read_pair("WBTC")
    Pair(ticker='WBTC', quote=None)
    """
    return _pair_of_words(_words(symbol))


def canonical(ticker: str, day: date) -> tuple[str, str | None]:
    """The registry's ticker of what `ticker` meant on `day`, and a note when it goes by another one today.

    An asset the registry does not know keeps its own ticker.
    """
    try:
        asset, note = ticker_at(ticker, day)
    except UnknownSymbol:
        return ticker.upper(), None
    return asset.ticker, note if asset.ticker.casefold() != ticker.casefold() else None


def no_asset(file: str, text: str = "") -> BadParameter:
    near = near_names(text) if text else ()
    meant = f" Did you mean {', '.join(near)}?" if near else ""
    return BadParameter(
        f"The name of {file} does not tell which asset it holds.",
        hint=f"Name it, with --asset BTC --quote USDT, or call the file BTCUSDT or BTC-USD.{meant}",
    )


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s_\-./:]+", text.upper()) if word]


def _interval_s(word: str) -> int | None:
    match = _INTERVAL.fullmatch(word)
    if match is None:
        return None
    if match[1]:
        return int(match[1]) * _UNIT_S[match[2][0]] or None
    return 86_400 if match[3] else 3_600 if match[4] else 604_800


def _is_told(word: str) -> bool:
    """Whether a word of a file's name speaks of a kind, an interval or a day."""
    return bool(_interval_s(word) or word in _FOLDER_WORDS or _DATE.fullmatch(word))


def _is_exchange(word: str) -> bool:
    exchange = find_exchange(word)
    return exchange is not None and exchange.slug.upper() == word


def _pair_of_words(words: list[str]) -> Pair | None:
    match words:
        case [word] if find(word) is not None:  # WBTC is an asset before it is W in BTC
            return Pair(word, None)
        case [word]:
            for quote in QUOTES:
                base = word.removesuffix(quote)
                if base != word and _is_ticker(base):
                    return Pair(base, quote)
            return None
        case [base, quote] if _is_ticker(base) and (quote in QUOTES or find(quote) is not None):
            return Pair(base, quote)
    return None


def _is_ticker(word: str) -> bool:
    return find(word) is not None or _TICKER.fullmatch(word) is not None


def _venue(folder: str) -> str | None:
    """The venue a folder is named after: `binance_spot_1h` is Binance's; other names stand for themselves."""
    words = _words(folder)
    leading = []
    for word in words:
        if word in _FOLDER_WORDS or _interval_s(word):
            break
        leading.append(word)
    return "_".join(leading or words).lower() or None

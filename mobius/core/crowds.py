"""Where people speak of an asset and look it up. Here: subreddits, words, encyclopedia articles by ticker. Not here: posts.

Columns: ticker, subreddits, article in the English Wikipedia; an empty column: there is none, or we are not sure of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mobius.core.assets import ASSETS


class Crowd(Struct, frozen=True, kw_only=True):
    """Where the crowd of one asset is found. `words` are what a post must hold to be about it, in lower case."""

    subreddits: tuple[str, ...] = ()
    article: str | None = None
    words: tuple[str, ...] = ()


_LINES = """
BTC|Bitcoin,btc|Bitcoin
ETH|ethereum,ethtrader|Ethereum
USDT|Tether|Tether_(cryptocurrency)
XRP|XRP,Ripple|XRP_Ledger
BNB||Binance
SOL|solana|Solana_(blockchain_platform)
TRX|Tronix|Tron_(blockchain)
DOGE|dogecoin|Dogecoin
ADA|cardano|Cardano_(blockchain_platform)
BCH|Bitcoincash|Bitcoin_Cash
LINK|Chainlink|
XLM|Stellar|Stellar_(payment_network)
LTC|litecoin|Litecoin
XMR|Monero|Monero
ZEC|zec|Zcash
HBAR|Hedera|
SHIB|SHIBArmy|Shiba_Inu_(cryptocurrency)
AVAX|Avax|Avalanche_(blockchain_platform)
DOT|Polkadot|Polkadot_(blockchain_platform)
DAI|MakerDAO|Dai_(cryptocurrency)
UNI|UniSwap|Uniswap
NEAR|nearprotocol|
ETC|EthereumClassic|Ethereum_Classic
ICP|dfinity|
ATOM|cosmosnetwork|
ALGO|algorand|Algorand
VET|Vechain|
FIL|filecoin|
XTZ|tezos|Tezos
DASH|dashpay|Dash_(cryptocurrency)
ARB|arbitrum|
POL|0xPolygon|Polygon_(blockchain)
MANA|decentraland|Decentraland
"""
GENERAL = "CryptoCurrency"
"""The subreddit where all of them are spoken of; posts there count when they name the asset."""
MARKET = Crowd(subreddits=(GENERAL, "CryptoMarkets"), article="Cryptocurrency", words=("crypto", "cryptocurrency"))
"""Of crypto at large."""


def _rows() -> dict[str, tuple[tuple[str, ...], str | None]]:
    rows = (line.split("|") for line in _LINES.split("\n") if line)
    return {ticker: (tuple(subs.split(",")) if subs else (), article or None) for ticker, subs, article in rows}


CROWDS: Mapping[str, tuple[tuple[str, ...], str | None]] = _rows()
"""Subreddits and article by ticker."""


def crowd_of(ticker: str | None) -> Crowd:
    """Where the crowd of an asset is found; of crypto at large without one.

    >>> crowd_of("DOGE").subreddits, crowd_of("DOGE").words
    (('dogecoin',), ('dogecoin', '$doge', 'doge'))
    """
    if ticker is None:
        return MARKET
    asset = ASSETS.get(ticker)
    subreddits, article = CROWDS.get(ticker, ((), None))
    names = (ticker if asset is None else asset.name, f"${ticker}", ticker)
    plain = frozenset[str]() if asset is None else frozenset(word.lower() for word in asset.ambiguous)
    return Crowd(
        subreddits=subreddits,
        article=article,
        words=tuple(dict.fromkeys(name.lower() for name in names if name.lower() not in plain)),
    )

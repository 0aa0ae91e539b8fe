"""The assets Möbius knows by name. Here: Asset, the registry, look-ups by word, provider id and day. Not here: prices.

One line an asset stands in `asset_table`; what does not fit a line (renames, parts of a unit) stands below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, cast, get_args

from msgspec import Struct

from mobius.core.asset_table import AMBIGUOUS, ASSET_LINES
from mobius.core.errors import UnknownSymbol

Kind = Literal[
    "coin", "token", "stablecoin", "wrapped", "liquid_staking", "commodity", "fiat", "index"
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)


class Former(Struct, frozen=True, kw_only=True):
    """A ticker an asset had before. One of the old is one of the new: a series of the old ticker is one of the asset."""

    ticker: str
    until: date
    """The last day on which exchanges used it for this asset."""
    note: str
    """What to tell a reader, a sentence without its full stop."""


class Asset(Struct, frozen=True, kw_only=True, eq=False):
    """One asset. `aliases` are the words people write, in lower case; those in `ambiguous` mean something else as well.

    Compared by identity: the registry holds the only instance of each. A Struct, since building three hundred frozen
    dataclasses cost 5 ms of every start and this costs 1 ms.
    """

    ticker: str
    """As the market writes it: `BTC`, `stETH`."""
    name: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    """The part of `aliases` to take only in upper case, with a dollar sign, or beside words that speak of a price."""
    ids: Mapping[str, str] = {}
    """By provider: CoinGecko's id, Binance's base symbol, Kraken's base code (altname). Absent: not listed there."""
    stands_for: str | None = None
    """The ticker of what a wrapper holds: WBTC is BTC in exposure, not in identity."""
    pegged_to: str | None = None
    sub_unit: tuple[tuple[str, Decimal], ...] = ()
    """Names of parts of one unit and their size: `("sats", 1e-8)`."""
    rank: int = 9999
    """Rough order of size, 1 the largest; breaks ties, and is no figure to show."""
    formerly: tuple[Former, ...] = ()
    renamed_to: str | None = None
    """The ticker of another asset its holders may change it into, at `renamed_ratio` new for one old."""
    renamed_ratio: Decimal | None = None
    renamed_on: date | None = None
    reused_from: date | None = None
    """First day on which this ticker means this asset; before, it meant the one that lists it in `formerly`."""


_SAT = Decimal("1e-8")
_SUB_UNITS: dict[str, tuple[tuple[str, Decimal], ...]] = {
    "BTC": tuple((word, _SAT) for word in ("sat", "sats", "satoshi", "satoshis")),
    "ETH": (("gwei", Decimal("1e-9")), ("wei", Decimal("1e-18"))),
    "SOL": (("lamport", Decimal("1e-9")), ("lamports", Decimal("1e-9"))),
    "USD": (("cent", Decimal("0.01")), ("cents", Decimal("0.01"))),
    "GBP": (("pence", Decimal("0.01")), ("penny", Decimal("0.01"))),
}
_FORMERLY: dict[str, tuple[Former, ...]] = {
    "POL": (Former(ticker="MATIC", until=date(2024, 9, 10), note="MATIC became POL one for one in September 2024"),),
    "S": (
        Former(ticker="FTM", until=date(2025, 1, 13), note="Fantom's FTM became Sonic's S one for one in January 2025"),
    ),
    "A": (Former(ticker="EOS", until=date(2025, 5, 26), note="EOS became Vaulta's A one for one in May 2025"),),
    "RENDER": (Former(ticker="RNDR", until=date(2024, 7, 22), note="RNDR became RENDER one for one in July 2024"),),
    "KAIA": (Former(ticker="KLAY", until=date(2024, 10, 28), note="KLAY became KAIA one for one in October 2024"),),
    "FRAX": (Former(ticker="FXS", until=date(2025, 4, 29), note="FXS became FRAX one for one in April 2025"),),
    "LFRAX": (
        Former(
            ticker="FRAX", until=date(2025, 4, 28), note="FRAX was the Frax dollar, now Legacy Frax, until April 2025"
        ),
    ),
    "LUNC": (
        Former(ticker="LUNA", until=date(2022, 5, 27), note="LUNA was Terra Classic, now LUNC, until 2022-05-13"),
    ),
    "USTC": (Former(ticker="UST", until=date(2022, 5, 27), note="UST is called USTC since May 2022"),),
    "XNO": (
        Former(ticker="XRB", until=date(2018, 1, 31), note="XRB was renamed NANO in 2018 and XNO in 2021"),
        Former(ticker="NANO", until=date(2021, 11, 14), note="NANO was renamed XNO in November 2021"),
    ),
}
_REUSED_FROM = {"LUNA": date(2022, 5, 28), "FRAX": date(2025, 4, 29)}
_RENAMED = {"MKR": ("SKY", Decimal(24_000), date(2024, 9, 18))}
_PROVIDERS = ("coingecko", "binance", "kraken")


def _read(rank: int, line: str) -> Asset:
    ticker, name, kind, of, *ids, words = line.split("|")
    own = dict.fromkeys((ticker.lower(), name.lower()))
    renamed = _RENAMED.get(ticker, (None, None, None))
    return Asset(
        ticker=ticker,
        name=name,
        kind=cast("Kind", kind),
        aliases=tuple(own | dict.fromkeys(words.split(",") if words else ())),
        ambiguous=tuple(AMBIGUOUS[ticker].split(",")) if ticker in AMBIGUOUS else (),
        ids={who: ticker if it == "=" else it for who, it in zip(_PROVIDERS, ids, strict=True) if it != "-"},
        stands_for=of if of != "-" and kind != "stablecoin" else None,
        pegged_to=of if of != "-" and kind == "stablecoin" else None,
        sub_unit=_SUB_UNITS.get(ticker, ()),
        rank=rank,
        formerly=_FORMERLY.get(ticker, ()),
        renamed_to=renamed[0],
        renamed_ratio=renamed[1],
        renamed_on=renamed[2],
        reused_from=_REUSED_FROM.get(ticker),
    )


ASSETS: Mapping[str, Asset] = {
    asset.ticker: asset for asset in (_read(rank, line) for rank, line in enumerate(ASSET_LINES.split("\n")) if line)
}
"""Every known asset by its ticker, from large to small."""
_BY_WORD: dict[str, Asset] = {}
_BY_PROVIDER: dict[tuple[str, str], Asset] = {}
_BY_FORMER: dict[str, list[tuple[Former, Asset]]] = {}
for _asset in ASSETS.values():
    for _word in _asset.aliases:
        _BY_WORD.setdefault(_word, _asset)
    for _provider, _id in _asset.ids.items():
        _BY_PROVIDER[_provider, _id] = _asset
    for _former in _asset.formerly:
        _BY_FORMER.setdefault(_former.ticker.lower(), []).append((_former, _asset))
for _asset in ASSETS.values():
    _BY_WORD[_asset.ticker.lower()] = _asset  # a ticker outweighs a word of a larger asset


def find(text: str) -> Asset | None:
    """The asset of a ticker, `$TICKER`, name or other word, in any case; None when there is none.

    >>> find("$btc").name, find("Chain Link").ticker, find("no such thing")
    ('Bitcoin', 'LINK', None)
    """
    word = " ".join(text.lower().split())
    return _BY_WORD.get(word) or (_BY_WORD.get(word[1:]) if word[:1] == "$" else None)


def resolve(text: str, *, near: Callable[[str], tuple[str, ...]] | None = None) -> Asset:
    """The asset of `text`; UnknownSymbol with near names when there is none. `near` may bring a better search for them."""
    asset = find(text)
    if asset is None:
        raise UnknownSymbol(text[:80], near=(near or near_names)(text))
    return asset


def near_names(text: str, n_names: int = 3) -> tuple[str, ...]:
    """Tickers of the assets whose words are spelt most like `text`."""
    from difflib import get_close_matches  # only on the way to an error

    words = get_close_matches(text[:40].lower().strip(" $"), _BY_WORD, n=2 * n_names, cutoff=0.7)
    return tuple(dict.fromkeys(_BY_WORD[word].ticker for word in words))[:n_names]


def by_provider(provider: str, provider_id: str) -> Asset | None:
    """The asset a provider means by its own id: `("coingecko", "bitcoin")`, `("kraken", "XBT")`."""
    return _BY_PROVIDER.get((provider, provider_id))


def ticker_at(ticker: str, day: date) -> tuple[Asset, str | None]:
    """The asset that `ticker` meant on `day`, and a note to tell when that is not plain from the ticker.

    Raises UnknownSymbol.

    >>> asset, note = ticker_at("LUNA", date(2021, 9, 1))
    >>> asset.ticker, note
    ('LUNC', 'LUNA was Terra Classic, now LUNC, until 2022-05-13')
    """
    word = ticker.lower().lstrip("$")
    for former, asset in _BY_FORMER.get(word, ()):
        if day <= former.until or word not in _TODAY:
            return asset, former.note
    asset = resolve(ticker)
    if asset.renamed_on is None or day < asset.renamed_on:
        return asset, None
    return asset, f"one {asset.ticker} may be changed into {asset.renamed_ratio} {asset.renamed_to}, another asset"


_TODAY = frozenset(ticker.lower() for ticker in ASSETS)

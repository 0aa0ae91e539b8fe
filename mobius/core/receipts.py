"""Tokens that stand for a stake, by the symbol aggregators write. Here: symbol, what is staked, who issues it. Not here: rates.

Columns, split at `|`: symbol in upper case, ticker of what is staked, DefiLlama's slugs of the issuer, and the issuer's name
where it is no protocol of our registry under that slug.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Receipt(Struct, frozen=True):
    symbol: str
    asset: str
    projects: tuple[str, ...]
    issuer: str = ""

    def issued_by(self, project: str) -> bool:
        """Whether a pool of this symbol is the stake itself and not a loan or a pool of its token elsewhere."""
        return project in self.projects or "staking" in project or "staked" in project


_LINES = """
STETH|ETH|lido
RETH|ETH|rocket-pool
WBETH|ETH|binance-staked-eth|Binance
CBETH|ETH|coinbase-wrapped-staked-eth|Coinbase
SFRXETH|ETH|frax-ether|Frax
OSETH|ETH|stakewise-v2,stakewise|StakeWise
METH|ETH|meth-protocol,mantle-staked-eth|Mantle
ETHX|ETH|stader
SWETH|ETH|swell-liquid-staking|Swell
ANKRETH|ETH|ankr|Ankr
LSETH|ETH|liquid-collective|Liquid Collective
EETH|ETH|ether.fi-stake
WEETH|ETH|ether.fi-stake
JITOSOL|SOL|jito-liquid-staking
MSOL|SOL|marinade-liquid-staking
JUPSOL|SOL|jupiter-staked-sol|Jupiter
BNSOL|SOL|binance-staked-sol|Binance
BBSOL|SOL|bybit-staked-sol|Bybit
INF|SOL|sanctum-infinity
SAVAX|AVAX|benqi-staked-avax|BENQI
SLISBNB|BNB|lista-liquid-staking|Lista
BNBX|BNB|stader
MATICX|POL|stader
STATOM|ATOM|stride|Stride
STTIA|TIA|stride|Stride
STOSMO|OSMO|stride|Stride
STINJ|INJ|stride|Stride
VDOT|DOT|bifrost-liquid-staking|Bifrost
STNEAR|NEAR|meta-pool-near|Meta Pool
LINEAR|NEAR|linear-protocol|LiNEAR
KHYPE|HYPE|kinetiq|Kinetiq
STRX|TRX|justlend
TSTON|TON|tonstakers|Tonstakers
HASUI|SUI|haedal-protocol|Haedal
AFSUI|SUI|aftermath-afsui|Aftermath
AMAPT|APT|amnis-finance|Amnis
"""


def _read() -> dict[str, Receipt]:
    rows = (line.split("|") for line in _LINES.split("\n") if line)
    return {row[0]: Receipt(row[0], row[1], tuple(row[2].split(",")), *row[3:]) for row in rows}


RECEIPTS: Mapping[str, Receipt] = _read()
"""By symbol."""


def receipts_of(assets: tuple[str, ...]) -> tuple[str, ...]:
    """Symbols of what stands for a stake of any of `assets`.

    >>> receipts_of(("AVAX",))
    ('SAVAX',)
    """
    return tuple(symbol for symbol, receipt in RECEIPTS.items() if receipt.asset in assets)

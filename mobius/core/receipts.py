"""Tokens that stand for a stake, by the symbol aggregators write. Here: symbol, what is staked, who issues it. Not here: rates.

Columns, split at `|`: symbol in upper case, ticker of what is staked, DefiLlama's slugs of the issuer.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Receipt(Struct, frozen=True):
    symbol: str
    asset: str
    projects: tuple[str, ...]

    def issued_by(self, project: str) -> bool:
        """Whether a pool of this symbol is the stake itself and not a loan or a pool of its token elsewhere."""
        return project in self.projects or "staking" in project or "staked" in project


_LINES = """
STETH|ETH|lido
RETH|ETH|rocket-pool
WBETH|ETH|binance-staked-eth
CBETH|ETH|coinbase-wrapped-staked-eth
SFRXETH|ETH|frax-ether
OSETH|ETH|stakewise-v2,stakewise
METH|ETH|meth-protocol,mantle-staked-eth
ETHX|ETH|stader
SWETH|ETH|swell-liquid-staking
ANKRETH|ETH|ankr
LSETH|ETH|liquid-collective
EETH|ETH|ether.fi-stake
WEETH|ETH|ether.fi-stake
JITOSOL|SOL|jito-liquid-staking
MSOL|SOL|marinade-liquid-staking
JUPSOL|SOL|jupiter-staked-sol
BNSOL|SOL|binance-staked-sol
BBSOL|SOL|bybit-staked-sol
INF|SOL|sanctum-infinity
SAVAX|AVAX|benqi-staked-avax
SLISBNB|BNB|lista-liquid-staking
BNBX|BNB|stader
MATICX|POL|stader
STATOM|ATOM|stride
STTIA|TIA|stride
STOSMO|OSMO|stride
STINJ|INJ|stride
VDOT|DOT|bifrost-liquid-staking
STNEAR|NEAR|meta-pool-near
LINEAR|NEAR|linear-protocol
KHYPE|HYPE|kinetiq
STRX|TRX|justlend
TSTON|TON|tonstakers
HASUI|SUI|haedal-protocol
AFSUI|SUI|aftermath-afsui
AMAPT|APT|amnis-finance
"""


def _read() -> dict[str, Receipt]:
    rows = (line.split("|") for line in _LINES.split("\n") if line)
    return {row[0]: Receipt(row[0], row[1], tuple(row[2].split(","))) for row in rows}


RECEIPTS: Mapping[str, Receipt] = _read()
"""By symbol."""


def receipts_of(assets: tuple[str, ...]) -> tuple[str, ...]:
    """Symbols of what stands for a stake of any of `assets`.

    >>> receipts_of(("AVAX",))
    ('SAVAX',)
    """
    return tuple(symbol for symbol, receipt in RECEIPTS.items() if receipt.asset in assets)

"""Lending markets of the simulated world: what is supplied and borrowed, and the rates that follow from how much is in use.

Each market's utilisation wanders, and more is borrowed after a rise; rates follow a curve with a kink; suppliers get what
borrowers pay, less the reserve factor: `supply = borrow * utilisation * (1 - reserve_factor)`. Here: the markets and Lending.
Not here: wire formats (wire), vaults that lend here (vaults).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from mobius.core.candles import FloatArray, IntArray
from mobius.sandbox.drift import momentum, tide, wander
from mobius.sandbox.ledgers import TOKENS, Token, coin_level_usd
from mobius.sandbox.world import DAY_S, SimulatedWorld

_MOST_USED = 0.985


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Borrow rate by utilisation, fractions a year: `base` at rest, `slope_1` up to the kink, `slope_2` from there to one."""

    kink: float
    base: float
    slope_1: float
    slope_2: float
    reserve_factor: float

    def borrow_apr(self, used: FloatArray) -> FloatArray:
        below = self.base + self.slope_1 * np.minimum(used / self.kink, 1.0)
        above: FloatArray = below + self.slope_2 * np.maximum(used - self.kink, 0.0) / (1.0 - self.kink)
        return above


_CURVES = {
    "stable": Curve(kink=0.92, base=0.0, slope_1=0.056, slope_2=0.40, reserve_factor=0.10),
    "ether": Curve(kink=0.92, base=0.0, slope_1=0.027, slope_2=0.40, reserve_factor=0.15),
    "bitcoin": Curve(kink=0.80, base=0.0, slope_1=0.035, slope_2=2.0, reserve_factor=0.20),
    "staked": Curve(kink=0.45, base=0.0, slope_1=0.045, slope_2=0.80, reserve_factor=0.15),
    "other": Curve(kink=0.45, base=0.0, slope_1=0.07, slope_2=3.0, reserve_factor=0.20),
    "comet": Curve(kink=0.90, base=0.015, slope_1=0.037, slope_2=0.50, reserve_factor=0.12),
    "comet ether": Curve(kink=0.90, base=0.010, slope_1=0.019, slope_2=0.40, reserve_factor=0.12),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """One asset at one market."""

    protocol: str
    """DefiLlama's slug."""
    token: Token
    curve: Curve
    units: float
    """Supplied at the world's birth, about."""
    used: float
    """Usual utilisation."""
    growth_annual: float
    max_ltv: float
    threshold: float
    """Share of its value at which a loan against it is ended."""
    contract: str = ""
    """Address of the market where each asset has one of its own."""

    @property
    def name(self) -> str:
        return f"{self.protocol}:{self.token.chain}:{self.token.symbol}"


_LINES = """
aave-v3|ethereum|WETH|stated|9100|0.88|ether|0.82|0.84
aave-v3|ethereum|wstETH|stated|5400|0.06|staked|0.80|0.82
aave-v3|ethereum|WBTC|stated|4300|0.07|bitcoin|0.73|0.78
aave-v3|ethereum|USDT|stated|6800|0.79|stable|0.75|0.78
aave-v3|ethereum|USDC|stated|5200|0.82|stable|0.75|0.78
aave-v3|ethereum|DAI|stated|310|0.71|stable|0.63|0.77
aave-v3|ethereum|LINK|stated|260|0.04|other|0.66|0.71
aave-v3|ethereum|AAVE|stated|230|0|other|0.69|0.76
aave-v3|ethereum|rETH|stated|120|0.08|staked|0.75|0.79
aave-v3|ethereum|UNI|stated|22|0.10|other|0.65|0.74
aave-v3|ethereum|CRV|stated|11|0.22|other|0.35|0.41
aave-v3|ethereum|LDO|stated|9|0.14|other|0.40|0.50
aave-v3|arbitrum|WETH|stated|410|0.86|ether|0.80|0.84
aave-v3|arbitrum|USDC|stated|330|0.80|stable|0.75|0.78
aave-v3|arbitrum|USDT|stated|105|0.78|stable|0.75|0.78
aave-v3|arbitrum|WBTC|stated|190|0.09|bitcoin|0.73|0.78
aave-v3|arbitrum|wstETH|stated|160|0.05|staked|0.75|0.79
aave-v3|arbitrum|DAI|stated|21|0.66|stable|0.63|0.77
aave-v3|arbitrum|ARB|stated|14|0.31|other|0.58|0.63
aave-v3|optimism|WETH|stated|92|0.85|ether|0.80|0.83
aave-v3|optimism|USDC|stated|61|0.78|stable|0.75|0.78
aave-v3|optimism|USDT|stated|31|0.75|stable|0.75|0.78
aave-v3|optimism|wstETH|stated|58|0.05|staked|0.71|0.80
aave-v3|optimism|WBTC|stated|24|0.06|bitcoin|0.73|0.78
aave-v3|optimism|OP|stated|9|0.26|other|0.58|0.63
aave-v3|base|WETH|stated|240|0.87|ether|0.80|0.83
aave-v3|base|USDC|stated|310|0.83|stable|0.75|0.78
aave-v3|base|wstETH|stated|88|0.06|staked|0.75|0.79
aave-v3|polygon|USDC|stated|74|0.77|stable|0.75|0.78
aave-v3|polygon|USDT|stated|56|0.74|stable|0.75|0.78
aave-v3|polygon|WETH|stated|66|0.70|ether|0.80|0.82
aave-v3|polygon|WBTC|stated|49|0.08|bitcoin|0.73|0.78
aave-v3|polygon|DAI|stated|29|0.62|stable|0.63|0.77
aave-v3|polygon|WPOL|stated|18|0.34|other|0.68|0.73
compound-v3|ethereum|USDC|0xc3d688B66703497DAA19211EEdff47f25384cdc3|720|0.84|comet|0|0
compound-v3|ethereum|WETH|0xA17581A9E3356d9A858b789D68B4d866e593aE94|260|0.80|comet ether|0|0
compound-v3|arbitrum|USDC|0x9c4ec768c28520B50860ea7a15bd7213a9fF58bf|88|0.82|comet|0|0
compound-v3|optimism|USDC|0x2e44e174f7D53F0212823acC11C01A11d58c5bCB|27|0.79|comet|0|0
compound-v3|polygon|USDC.e|0xF25212E676D1F7F89Cd72fFEe66158f541246445|19|0.76|comet|0|0
sparklend|ethereum|WETH|stated|2300|0.84|ether|0.82|0.83
sparklend|ethereum|wstETH|stated|1500|0.02|staked|0.79|0.80
sparklend|ethereum|DAI|stated|760|0.88|stable|0|0
sparklend|ethereum|USDC|stated|310|0.86|stable|0|0
"""


@cache
def reserves() -> tuple[Reserve, ...]:
    """Every market, the large first within its protocol."""
    found = []
    for line in _LINES.strip().split("\n"):
        protocol, chain, symbol, contract, millions, used, curve, ltv, threshold = line.split("|")
        token = TOKENS[chain, symbol]
        found.append(
            Reserve(
                protocol=protocol, token=token, curve=_CURVES[curve], used=float(used), max_ltv=float(ltv),
                units=float(millions) * 1e6 / coin_level_usd(token.ticker), threshold=float(threshold),
                growth_annual=0.18 if chain in ("base", "ethereum") else 0.02,
                contract="" if contract == "stated" else contract,
            )
        )  # fmt: skip
    return tuple(found)


def of_protocol(protocol: str) -> tuple[Reserve, ...]:
    return tuple(reserve for reserve in reserves() if reserve.protocol == protocol)


@dataclass(frozen=True, slots=True)
class Lending:
    """The state of every market at any instants; arrays in, arrays out."""

    world: SimulatedWorld

    def supplied(self, reserve: Reserve, at_s: IntArray) -> FloatArray:
        """Units that suppliers have put in, borrowed or not."""
        lean = -0.10 if reserve.curve.slope_1 == _CURVES["stable"].slope_1 else 0.15
        moved = tide(self.world, reserve.name, at_s, growth_annual=reserve.growth_annual, lean=lean)
        units: FloatArray = reserve.units * moved
        return units

    def used(self, reserve: Reserve, at_s: IntArray) -> FloatArray:
        """Borrowed over supplied."""
        if reserve.used == 0.0:
            return np.zeros(at_s.shape)
        seed, name = self.world.seed, f"used:{reserve.name}"
        line = math.log(reserve.used / (1.0 - reserve.used)) + 1.4 * momentum(self.world, "ETH", at_s)
        line = line + 0.22 * wander(seed, name, at_s, node_s=9 * DAY_S) + 0.10 * wander(seed, name, at_s, node_s=DAY_S)
        line = line + 0.03 * wander(seed, name, at_s, node_s=2 * 3600)
        part: FloatArray = np.minimum(1.0 / (1.0 + np.exp(-line)), _MOST_USED)
        return part

    def borrowed(self, reserve: Reserve, at_s: IntArray) -> FloatArray:
        units: FloatArray = self.supplied(reserve, at_s) * self.used(reserve, at_s)
        return units

    def borrow_apr(self, reserve: Reserve, at_s: IntArray) -> FloatArray:
        """What borrowers pay, a simple fraction a year."""
        return reserve.curve.borrow_apr(self.used(reserve, at_s))

    def supply_apr(self, reserve: Reserve, at_s: IntArray) -> FloatArray:
        """What suppliers get, a simple fraction a year."""
        used = self.used(reserve, at_s)
        kept: FloatArray = reserve.curve.borrow_apr(used) * used * (1.0 - reserve.curve.reserve_factor)
        return kept


def apy(apr: FloatArray) -> FloatArray:
    """Compounded each second, as these protocols do: fractions a year."""
    grown: FloatArray = np.expm1(31_536_000 * np.log1p(apr / 31_536_000))
    return grown

"""Savings of the simulated world: liquid staking at the rates its tokens grow by, and vaults that lend or pool for others.

A vault earns what it follows does, less its fees. Here: the vaults, their deposits and rates. Not here: what they follow
(lending, pools), wire formats (wire).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from mobius.core.candles import FloatArray, IntArray
from mobius.sandbox.catalogue import PEG
from mobius.sandbox.drift import tide, wander
from mobius.sandbox.ledgers import TOKENS, Token, coin_level_usd
from mobius.sandbox.lending import Lending, Reserve, of_protocol
from mobius.sandbox.world import DAY_S, SimulatedWorld

_STAKED = {"lido": "wstETH", "rocket-pool": "rETH"}
"""The token that keeps what is staked growing."""
STAKING_FEES = {"lido": 0.10, "rocket-pool": 0.14}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """A vault with one asset."""

    protocol: str
    title: str
    symbol: str
    address: str
    token: Token
    usd: float
    """Deposited at the world's birth, about."""
    follows: str
    """Protocol whose market of the same token it lends to, or `staking`."""
    edge: float
    """What it earns against that, as a factor before fees."""
    performance_fee: float
    management_fee: float
    young: bool
    """Too young to tell what a month has earned."""

    @property
    def name(self) -> str:
        return f"{self.protocol}:{self.address}"


_LINES = """
yearn-finance|USDC-1 yVault|yvUSDC-1|0xBe53A109B494E5c9f97b9Cd39Fe969BE68BF6204|ethereum USDC|41|aave-v3|1.18|0.10|0|
yearn-finance|USDT-1 yVault|yvUSDT-1|0x310B7Ea7475A0B449Cfd73bE81522F1B88eFAFaa|ethereum USDT|22|aave-v3|1.15|0.10|0|
yearn-finance|DAI-1 yVault|yvDAI-1|0x028eC7330ff87667b6dfb0D94b954c820195336c|ethereum DAI|16|sparklend|1.12|0.10|0|
yearn-finance|WETH-1 yVault|yvWETH-1|0xc56413869c6CDf96496f2b1eF801fEDBdFA7dDB0|ethereum WETH|38|aave-v3|1.20|0.10|0|
yearn-finance|stETH yVault|yvstETH|0xdCD90C7f6324cfa40d7169ef80b12031770B4325|ethereum stETH|9|staking|1.10|0.10|0.002|
yearn-finance|WBTC-1 yVault|yvWBTC-1|0x751F0cC6115410A3eE9eC92d08f46Ff6Da98b708|ethereum WBTC|4|aave-v3|1.30|0.10|0|new
yearn-finance|USDC-A yVault|yvUSDC-A|0x6FAF8b7fFeE3306EfcFc2BA9Fec912b4d49834C1|arbitrum USDC|7|aave-v3|1.14|0.10|0|
yearn-finance|USDC.e-A yVault|yvUSDC.e-A|0xA013Fbd4b711f9ded6fB09C1c0d358E2FbC2EAA0|polygon USDC.e|3|compound-v3|1.14|0.10|0|
yearn-finance|WETH-A yVault|yvWETH-A|0x305F25377d0a39091e99B975558b1bdfC3975654|polygon WETH|2|aave-v3|1.12|0.10|0|
morpho-blue|Steakhouse USDC|steakUSDC|0xBEEF01735c132Ada46AA9aA4c54623cAA92A64CB|ethereum USDC|236|aave-v3|1.16|0.05|0|
morpho-blue|Gauntlet USDC Prime|gtUSDC|0xdd0f28e19C1780eb6396170735D45153D261490d|ethereum USDC|118|aave-v3|1.12|0|0|
morpho-blue|Steakhouse USDT|steakUSDT|0xbEef047a543E45807105E51A8BBEFCc5950fcfBa|ethereum USDT|91|aave-v3|1.14|0.05|0|
morpho-blue|Gauntlet WETH Prime|gtWETH|0x2371e134e3455e0593363cBF89d3b6cf53740618|ethereum WETH|63|aave-v3|1.22|0|0|
morpho-blue|Moonwell Flagship USDC|mwUSDC|0xc1256Ae5FF1cf2719D4937adb3bbCCab2E00A2Ca|base USDC|72|aave-v3|1.20|0.15|0|
morpho-blue|Moonwell Flagship ETH|mwETH|0xa0E430870c4604CcfC7B38Ca7845B1FF653D0ff1|base WETH|34|aave-v3|1.18|0.15|0|
morpho-blue|Steakhouse USDC Base|bbqUSDC|0xBEEFA7B88064FeEF0cEe02AAeBBd95D30df3878F|base USDC|15|aave-v3|1.26|0.05|0|new
"""


@cache
def vaults() -> tuple[Vault, ...]:
    found = []
    for line in _LINES.strip().split("\n"):
        protocol, title, symbol, address, asset, usd, follows, edge, performance, management, young = line.split("|")
        chain, coin = asset.split()
        found.append(
            Vault(
                protocol=protocol, title=title, symbol=symbol, address=address, token=TOKENS[chain, coin],
                usd=float(usd) * 1e6, follows=follows, edge=float(edge), performance_fee=float(performance),
                management_fee=float(management), young=young == "new",
            )
        )  # fmt: skip
    return tuple(found)


def _followed(vault: Vault) -> Reserve | None:
    return next((reserve for reserve in of_protocol(vault.follows) if reserve.token == vault.token), None)


@dataclass(frozen=True, slots=True)
class Savings:
    """Deposits and rates of staking and vaults at any instants; arrays in, arrays out."""

    world: SimulatedWorld

    def staked(self, protocol: str, at_s: IntArray) -> FloatArray:
        """Ether staked through `protocol`: what its token stands for, and rewards stay in it."""
        token = _STAKED[protocol]
        units = (
            PEG["stETH"].supply
            if protocol == "lido"
            else PEG[token].supply * coin_level_usd(token) / coin_level_usd("ETH")
        )
        growth = 0.02 + PEG[token].rate_annual
        moved = tide(self.world, f"staked:{protocol}", at_s, growth_annual=growth, lean=0.02, restless=0.2)
        ether: FloatArray = units * moved
        return ether

    def staking_apr(self, protocol: str, at_s: IntArray) -> FloatArray:
        """What its token grows by, a fraction a year: the same every day but for the luck of the blocks."""
        growth = math.expm1(PEG[_STAKED[protocol]].rate_annual)
        luck = 0.012 * wander(self.world.seed, f"blocks:{protocol}", at_s, node_s=DAY_S)
        apr: FloatArray = growth * (1.0 + luck)
        return apr

    def deposited(self, vault: Vault, at_s: IntArray) -> FloatArray:
        """Units of the vault's asset."""
        units = vault.usd / coin_level_usd(vault.token.ticker)
        held: FloatArray = units * tide(self.world, vault.name, at_s, growth_annual=0.25, lean=0.05)
        return held

    def gross_apr(self, vault: Vault, at_s: IntArray) -> FloatArray:
        """Before its fees, a fraction a year."""
        reserve = _followed(vault)
        under = self.staking_apr("lido", at_s) if reserve is None else Lending(self.world).supply_apr(reserve, at_s)
        luck = 0.05 * wander(self.world.seed, f"earned:{vault.name}", at_s, node_s=4 * DAY_S)
        apr: FloatArray = under * vault.edge * np.exp(luck)
        return apr

    def net_apy(self, vault: Vault, at_s: IntArray) -> FloatArray:
        """After its fees, compounded by the day; may be a little below zero where fees outweigh it."""
        net = self.gross_apr(vault, at_s) * (1.0 - vault.performance_fee) - vault.management_fee
        grown: FloatArray = (1.0 + net / 365) ** 365 - 1.0
        return grown

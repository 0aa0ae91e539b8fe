"""Protocols of the simulated world: what each holds on which chain, in tokens and in dollars, what it trades and takes.

Lending markets, pools, vaults and staking hold what their own state says; the others have lines of their own. Amounts move by
deposits, dollars by amounts times prices, so that a flow can be told from a move. Here: the protocols and Protocols. Not here:
the states behind (lending, pools, vaults), wire formats (wire.defillama).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from mobius.core.candles import FloatArray, IntArray
from mobius.sandbox.drift import activity, price, tide, wander
from mobius.sandbox.ledgers import LEDGERS, coin_level_usd
from mobius.sandbox.lending import Lending, of_protocol
from mobius.sandbox.pools import Pools, trading_pools
from mobius.sandbox.vaults import STAKING_FEES, Savings, vaults
from mobius.sandbox.world import DAY_S, SimulatedWorld

NOT_COUNTED = frozenset({"Liquid Staking", "Yield", "Restaking", "Liquid Restaking", "CEX"})
"""Kinds whose holdings stand elsewhere as well, or only once in native coin: chains leave them out of their total."""


_USUAL_FEE = 0.0006


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Of a protocol that has nothing behind it here: one asset on one chain."""

    chain: str
    ticker: str
    usd: float
    """At the world's birth, about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    id: str
    slug: str
    name: str
    category: str
    ticker: str | None
    """Its own token, where this world has it."""
    url: str
    holdings: tuple[Holding, ...]
    """Empty where the state of its markets or pools says what it holds."""
    trades_usd: float
    """A calm day's volume over all its pools that have no state here."""
    takes_usd: float
    """Fees of a calm day where neither loans nor trade nor staking say them."""
    take_rate: float
    """Share of fees it keeps."""


_LINES = """
111|aave-v3|Aave V3|Lending|AAVE|aave.com||0|0|0.12
114|compound-v3|Compound V3|Lending||compound.finance|ethereum WETH 520;ethereum WBTC 410;arbitrum WETH 44|0|0|0.10
182|lido|Lido|Liquid Staking|LDO|lido.fi||0|0|0.10
900|rocket-pool|Rocket Pool|Liquid Staking||rocketpool.net||0|0|0.14
3|curve-dex|Curve DEX|Dexs|CRV|curve.finance|ethereum USDC 620;ethereum WETH 240|130|0|0.50
2198|uniswap-v3|Uniswap V3|Dexs|UNI|uniswap.org|ethereum WETH 710;ethereum USDC 420;base WETH 90|420|0|0.0
113|yearn-finance|Yearn Finance|Yield||yearn.fi||0|0|0.10
4025|morpho-blue|Morpho Blue|Lending||morpho.org|ethereum WBTC 1450;ethereum wstETH 980;base USDC 310|0|0|0.0
2929|sparklend|SparkLend|Lending||spark.fi||0|0|0.15
118|makerdao|MakerDAO|CDP||makerdao.com|ethereum WETH 1900;ethereum wstETH 870;ethereum WBTC 210|0|0.31|0.90
2118|sky-lending|Sky Lending|CDP||sky.money|ethereum WETH 2400;ethereum USDC 2600|0|0.62|0.90
4133|eigenlayer|EigenLayer|Restaking||eigencloud.xyz|ethereum WETH 6900;ethereum stETH 1800|0|0.10|0
2626|ether.fi-stake|ether.fi Stake|Liquid Restaking||ether.fi|ethereum WETH 6100|0|0.42|0.10
4325|ethena-usde|Ethena USDe|Basis Trading||ethena.fi|ethereum USDC 5200|0|0.80|0.20
382|pendle|Pendle|Yield||pendle.finance|ethereum USDC 2300;ethereum WETH 600;arbitrum WETH 120|32|0.06|0.80
319|convex-finance|Convex Finance|Yield||convexfinance.com|ethereum USDC 480;ethereum WETH 260|0|0.05|0.17
2769|balancer-v2|Balancer V2|Dexs||balancer.fi|ethereum WETH 160;ethereum wstETH 90;arbitrum WETH 22|28|0|0.30
5|sushiswap|Sushi|Dexs||sushi.com|ethereum WETH 44;ethereum USDC 22;polygon WETH 4|9|0|0.16
194|pancakeswap-amm-v3|PancakeSwap AMM V3|Dexs||pancakeswap.finance|bsc BNB 340;bsc USDT 190;base WETH 18|880|0|0.32
3533|aerodrome-slipstream|Aerodrome Slipstream|Dexs||aerodrome.finance|base WETH 210;base USDC 140|260|0|1.0
1799|velodrome-v3|Velodrome V3|Dexs||velodrome.finance|optimism WETH 16;optimism USDC 9|6|0|1.0
2356|raydium-amm|Raydium AMM|Dexs||raydium.io|solana SOL 980;solana USDC 260|610|0|0.12
2357|orca-dex|Orca DEX|Dexs||orca.so|solana SOL 160;solana USDC 90|410|0|0.12
2308|jito-liquid-staking|Jito Liquid Staking|Liquid Staking||jito.network|solana SOL 2300|0|0.38|0.05
2367|marinade-liquid-staking|Marinade Liquid Staking|Liquid Staking||marinade.finance|solana SOL 640|0|0.11|0.06
3770|kamino-lend|Kamino Lend|Lending||kamino.com|solana SOL 980;solana USDC 620|0|0.21|0.15
494|justlend|JustLend|Lending||justlend.org|tron TRX 2700;tron USDT 760|0|0.05|0.20
1429|sun-swap|SUNSwap|Dexs||sun.io|tron TRX 410;tron USDT 120|70|0|0.17
1900|venus-core-pool|Venus Core Pool|Lending||venus.io|bsc BNB 610;bsc USDT 480;bsc USDC 190;bsc ETH 140|0|0.16|0.25
467|benqi-lending|BENQI Lending|Lending||benqi.fi|avalanche AVAX 190;avalanche USDC 120|0|0.03|0.20
468|benqi-staked-avax|BENQI Staked Avax|Liquid Staking||benqi.fi|avalanche AVAX 240|0|0.03|0.10
470|trader-joe|LFJ|Dexs||lfj.gg|avalanche AVAX 44;avalanche USDC 31;arbitrum WETH 6|58|0|0.05
337|gmx-v2-perps|GMX V2 Perps|Derivatives||gmx.io|arbitrum USDC 190;arbitrum WETH 120;avalanche AVAX 40|0|0.21|0.37
306|quickswap-dex|QuickSwap|Dexs||quickswap.exchange|polygon WETH 22;polygon USDC 19;base USDC 4|44|0|0.17
3120|camelot-v3|Camelot V3|Dexs||camelot.exchange|arbitrum WETH 22;arbitrum USDC 14|31|0|0.20
4200|navi-lending|NAVI Lending|Lending||naviprotocol.io|sui SUI 190;sui USDC 140|0|0.04|0.20
4201|cetus-clmm|Cetus CLMM|Dexs||cetus.zone|sui SUI 84;sui USDC 40|75|0|0.20
4300|aries-markets|Aries Markets|Lending||ariesmarkets.xyz|aptos APT 130;aptos USDC 60|0|0.02|0.20
4301|thala|Thala|Dexs||thala.fi|aptos APT 32;aptos USDC 18|14|0|0.20
5000|babylon-protocol|Babylon Protocol|Restaking||babylonlabs.io|bitcoin BTC 3900|0|0|0
5001|lightning-network|Lightning Network|Payments||lightning.network|bitcoin BTC 390|0|0|0
144|wbtc|WBTC|Bridge||wbtc.network|bitcoin BTC 10500|0|0|0
2088|stargate-v2|Stargate V2|Bridge||stargate.finance|ethereum USDC 96;arbitrum USDC 22;base USDC 16;optimism USDC 9|0|0.02|0
3900|fluid-lending|Fluid Lending|Lending||fluid.io|ethereum wstETH 620;ethereum USDC 380;base USDC 64|0|0.14|0.15
3901|euler-v2|Euler V2|Lending||euler.finance|ethereum USDC 290;ethereum WETH 160;base USDC 32|0|0.07|0.10
127|moonwell-lending|Moonwell Lending|Lending||moonwell.fi|base WETH 110;base USDC 90;optimism USDC 14|0|0.03|0.15
"""  # millions of dollars: held by chain and ticker, traded a day, fees a day


@cache
def protocols() -> tuple[Protocol, ...]:
    found = []
    for line in _LINES.strip().split("\n"):
        number, slug, name, category, ticker, url, held, trades, takes, rate = line.split("|")
        parts = (part.split() for part in held.split(";") if part)
        holdings = tuple(Holding(chain=chain, ticker=coin, usd=float(usd) * 1e6) for chain, coin, usd in parts)
        found.append(
            Protocol(
                id=number, slug=slug, name=name, category=category, ticker=ticker or None, url=f"https://{url}/",
                holdings=holdings, trades_usd=float(trades) * 1e6, takes_usd=float(takes) * 1e6, take_rate=float(rate),
            )
        )  # fmt: skip
    return tuple(found)


@cache
def by_slug() -> dict[str, Protocol]:
    return {protocol.slug: protocol for protocol in protocols()}


Amounts = dict[str, dict[str, FloatArray]]
"""Units by chain and symbol."""


@dataclass(frozen=True, slots=True)
class Protocols:
    """The state of every protocol at any instants; arrays in, arrays out."""

    world: SimulatedWorld

    def amounts(self, protocol: Protocol, at_s: IntArray) -> Amounts:
        """What it holds; what is borrowed from it is not there."""
        found: Amounts = {}

        def add(chain: str, symbol: str, units: FloatArray) -> None:
            held = found.setdefault(chain, {})
            held[symbol] = held[symbol] + units if symbol in held else units

        lending, pools, savings = Lending(self.world), Pools(self.world), Savings(self.world)
        for reserve in of_protocol(protocol.slug):
            add(
                reserve.token.chain,
                reserve.token.ticker,
                lending.supplied(reserve, at_s) - lending.borrowed(reserve, at_s),
            )
        for pool in trading_pools():
            if pool.project == protocol.slug:
                for coin, units in zip(pool.coins, pools.amounts(pool, at_s), strict=True):
                    add(pool.chain, coin.ticker, units)
        for vault in vaults():
            if vault.protocol == protocol.slug:
                add(vault.token.chain, vault.token.ticker, savings.deposited(vault, at_s))
        if protocol.slug in STAKING_FEES:
            add("ethereum", "ETH", savings.staked(protocol.slug, at_s))
        for holding in protocol.holdings:
            name = f"{protocol.slug}:{holding.chain}:{holding.ticker}"
            moved = tide(self.world, name, at_s, growth_annual=0.10, lean=0.12)
            add(holding.chain, holding.ticker, holding.usd / coin_level_usd(holding.ticker) * moved)
        return found

    def borrowed_usd(self, protocol: Protocol, at_s: IntArray) -> dict[str, FloatArray]:
        """By chain; empty where nothing is lent or its loans have no state here."""
        found: dict[str, FloatArray] = {}
        lending = Lending(self.world)
        for reserve in of_protocol(protocol.slug):
            worth = lending.borrowed(reserve, at_s) * price(self.world, reserve.token.ticker, at_s)
            found[reserve.token.chain] = found.get(reserve.token.chain, np.zeros(at_s.shape)) + worth
        return found

    def borrowed(self, protocol: Protocol, at_s: IntArray) -> Amounts:
        """Units lent out, by chain and symbol."""
        found: Amounts = {}
        lending = Lending(self.world)
        for reserve in of_protocol(protocol.slug):
            lent, symbol = found.setdefault(reserve.token.chain, {}), reserve.token.ticker
            units = lending.borrowed(reserve, at_s)
            lent[symbol] = lent[symbol] + units if symbol in lent else units
        return found

    def tvl_usd(self, protocol: Protocol, at_s: IntArray) -> dict[str, FloatArray]:
        """Dollars by chain: amounts times prices."""
        return {chain: self.usd(held, at_s) for chain, held in self.amounts(protocol, at_s).items()}

    def usd(self, held: dict[str, FloatArray], at_s: IntArray) -> FloatArray:
        worth: FloatArray = np.sum([units * price(self.world, coin, at_s) for coin, units in held.items()], axis=0)
        return worth

    def chain_tvl(self, at_s: IntArray) -> dict[str, FloatArray]:
        """What lies on each chain: the sum over its protocols that count."""
        found = {ledger.slug: np.zeros(at_s.shape) for ledger in LEDGERS}
        for protocol in protocols():
            if protocol.category not in NOT_COUNTED:
                for chain, worth in self.tvl_usd(protocol, at_s).items():
                    found[chain] = found[chain] + worth
        return found

    # ------------------------------------------------------------------------------------------------ trade and fees

    def traded_usd(self, protocol: Protocol, at_s: IntArray) -> dict[str, FloatArray]:
        """In the 24 hours before, by chain."""
        found: dict[str, FloatArray] = {}
        pools = Pools(self.world)
        for pool in trading_pools():
            if pool.project == protocol.slug:
                found[pool.chain] = found.get(pool.chain, np.zeros(at_s.shape)) + pools.traded_usd(pool, at_s)
        for chain, traded in self._elsewhere_usd(protocol, at_s).items():
            found[chain] = found.get(chain, np.zeros(at_s.shape)) + traded
        return found

    def _elsewhere_usd(self, protocol: Protocol, at_s: IntArray) -> dict[str, FloatArray]:
        """Traded in pools that have no state here, by chain as its holdings lie."""
        found: dict[str, FloatArray] = {}
        for holding in protocol.holdings if protocol.trades_usd else ():
            part = holding.usd / sum(each.usd for each in protocol.holdings)
            own = 0.22 * wander(self.world.seed, f"traded:{protocol.slug}:{holding.chain}", at_s, node_s=2 * DAY_S)
            traded = protocol.trades_usd * part * np.exp(activity(self.world, "ETH", at_s) + own)
            found[holding.chain] = found.get(holding.chain, np.zeros(at_s.shape)) + traded
        return found

    def fees_usd(self, protocol: Protocol, at_s: IntArray) -> dict[str, FloatArray]:
        """Paid by its users in the 24 hours before, by chain."""
        found: dict[str, FloatArray] = {}

        def add(chain: str, paid: FloatArray) -> None:
            found[chain] = found.get(chain, np.zeros(at_s.shape)) + paid

        lending, pools, savings = Lending(self.world), Pools(self.world), Savings(self.world)
        for reserve in of_protocol(protocol.slug):
            worth = lending.borrowed(reserve, at_s) * price(self.world, reserve.token.ticker, at_s)
            add(reserve.token.chain, worth * lending.borrow_apr(reserve, at_s) / 365)
        if protocol.slug in STAKING_FEES:
            staked = savings.staked(protocol.slug, at_s) * price(self.world, "ETH", at_s)
            gross = savings.staking_apr(protocol.slug, at_s) / (1.0 - STAKING_FEES[protocol.slug])
            add("ethereum", staked * gross / 365)
        for vault in vaults():
            if vault.protocol == protocol.slug:
                worth = savings.deposited(vault, at_s) * price(self.world, vault.token.ticker, at_s)
                add(vault.token.chain, worth * savings.gross_apr(vault, at_s) / 365)
        for pool in trading_pools():
            if pool.project == protocol.slug:
                add(pool.chain, pools.traded_usd(pool, at_s) * pool.fee)
        for chain, traded in self._elsewhere_usd(protocol, at_s).items():
            add(chain, traded * _USUAL_FEE)
        if protocol.takes_usd:
            busy = np.exp(0.5 * activity(self.world, "ETH", at_s))
            luck = np.exp(0.1 * wander(self.world.seed, f"fees:{protocol.slug}", at_s, node_s=2 * DAY_S))
            add(protocol.holdings[0].chain, protocol.takes_usd * busy * luck)
        return found

"""Where something earns in the simulated world, as an aggregator lists it: every market, pool, vault and staking token, and
many small places besides.

A few rows are as bad as such lists have them: a rate from another planet, a stale zero, a fraction told as percent. Here: the
listings. Not here: what stands behind them (lending, pools, vaults), the wire format (wire.defillama_yields).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mobius.core.candles import FloatArray, IntArray
from mobius.sandbox import draws
from mobius.sandbox.catalogue import COIN
from mobius.sandbox.drift import price, tide, wander
from mobius.sandbox.ledgers import LEDGER, coin_level_usd
from mobius.sandbox.lending import Lending, Reserve, apy, reserves
from mobius.sandbox.pools import Pools, TradingPool, trading_pools
from mobius.sandbox.vaults import Savings, Vault, vaults
from mobius.sandbox.world import DAY_S, SimulatedWorld

Line = Callable[[IntArray], FloatArray]
_LIDO = "747c1d2a-c668-4682-b9f9-296708a3dd90"
"""The one id that others know by heart: it serves to see whether the provider can be reached."""
_DOLLARS = frozenset({"USDC", "USDT", "DAI", "USDC.e", "USDS", "USDe"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One place; rates in percent a year."""

    project: str
    chain: str
    """Slug."""
    symbol: str
    meta: str | None
    coins: tuple[str, ...]
    """Addresses."""
    stablecoin: bool
    swaps: bool
    """Whether what is put in is changed from one coin into the other as prices move."""
    usd: Line
    base_pct: Line
    reward_pct: Line | None = None
    reward_token: str | None = None
    traded_usd: Line | None = None
    outlier: bool = False
    count: int = 900

    @property
    def id(self) -> str:
        if self.project == "lido":
            return _LIDO
        name = f"{self.project}/{self.chain}/{self.symbol}/{self.meta}/{','.join(self.coins)}"
        return str(uuid.UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4))


def listings(world: SimulatedWorld) -> tuple[Listing, ...]:
    """Every place that is listed."""
    found = [_market(world, reserve) for reserve in reserves()]
    found += [_pool(world, pool) for pool in trading_pools()]
    found += [_vault(world, vault) for vault in vaults()]
    found += [_staking(world, "lido", "STETH", "0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84")]
    found += [_staking(world, "rocket-pool", "RETH", "0xae78736Cd615f374D3085123A210448E74Fc6393")]
    return (*found, *_smaller(world), *_faulty(world))


def _market(world: SimulatedWorld, reserve: Reserve) -> Listing:
    lending, token = Lending(world), reserve.token

    def usd(at_s: IntArray) -> FloatArray:
        free: FloatArray = lending.supplied(reserve, at_s) - lending.borrowed(reserve, at_s)
        worth: FloatArray = free * price(world, token.ticker, at_s)
        return worth

    return Listing(
        project=reserve.protocol, chain=token.chain, symbol=token.symbol.upper(), meta=None, coins=(token.address,),
        stablecoin=token.symbol in _DOLLARS, swaps=False, usd=usd,
        base_pct=lambda at_s: apy(lending.supply_apr(reserve, at_s)) * 100,
    )  # fmt: skip


def _pool(world: SimulatedWorld, pool: TradingPool) -> Listing:
    pools = Pools(world)
    fee = next((part for part in pool.title.split() if part.endswith("%")), None)
    return Listing(
        project=pool.project, chain=pool.chain, symbol="-".join(coin.symbol.upper() for coin in pool.coins),
        meta=fee if pool.project == "uniswap-v3" else pool.title if pool.project == "curve-dex" else None,
        coins=tuple(coin.address for coin in pool.coins),
        stablecoin=all(coin.symbol in _DOLLARS for coin in pool.coins), swaps=not pool.alike,
        usd=lambda at_s: pools.usd(pool, at_s), base_pct=lambda at_s: pools.fee_apr(pool, at_s) * 100,
        reward_pct=(lambda at_s: pools.reward_apr(pool, at_s) * 100) if pool.reward_usd else None,
        reward_token="0xD533a949740bb3306d119CC777fa900bA034cd52" if pool.reward_usd else None,
        traded_usd=lambda at_s: pools.traded_usd(pool, at_s),
    )  # fmt: skip


def _vault(world: SimulatedWorld, vault: Vault) -> Listing:
    savings, token = Savings(world), vault.token

    def usd(at_s: IntArray) -> FloatArray:
        worth: FloatArray = savings.deposited(vault, at_s) * price(world, token.ticker, at_s)
        return worth

    return Listing(
        project=vault.protocol, chain=token.chain, symbol=vault.symbol.upper() if vault.protocol == "morpho-blue" else
        token.symbol.upper(), meta=vault.title, coins=(token.address,), stablecoin=token.symbol in _DOLLARS, swaps=False,
        usd=usd, base_pct=lambda at_s: savings.net_apy(vault, at_s) * 100, count=40 if vault.young else 600,
    )  # fmt: skip


def _staking(world: SimulatedWorld, protocol: str, symbol: str, address: str) -> Listing:
    savings = Savings(world)

    def usd(at_s: IntArray) -> FloatArray:
        worth: FloatArray = savings.staked(protocol, at_s) * price(world, "ETH", at_s)
        return worth

    return Listing(
        project=protocol, chain="ethereum", symbol=symbol, meta=None, coins=(address,), stablecoin=False, swaps=False,
        usd=usd, base_pct=lambda at_s: savings.staking_apr(protocol, at_s) * 100, count=1500,
    )  # fmt: skip


_SMALLER = """
jito-liquid-staking|solana|JITOSOL|SOL|2300|6.1
marinade-liquid-staking|solana|MSOL|SOL|640|6.4
binance-staked-eth|ethereum|WBETH|ETH|5200|2.6
ether.fi-stake|ethereum|WEETH|ETH|6100|2.9
stader|ethereum|ETHX|ETH|360|2.8
benqi-staked-avax|avalanche|SAVAX|AVAX|240|5.2
sky-lending|ethereum|SUSDS|USDC|3900|4.2
ethena-usde|ethereum|SUSDE|USDC|4600|5.8
spark-savings|ethereum|USDC|USDC|620|4.0
fluid-lending|ethereum|USDC|USDC|380|4.4
fluid-lending|ethereum|USDT|USDT|210|4.1
fluid-lending|base|USDC|USDC|64|4.8
fluid-lending|arbitrum|USDC|USDC|41|4.6
euler-v2|ethereum|USDC|USDC|170|4.9
euler-v2|ethereum|WETH|ETH|120|2.3
euler-v2|base|USDC|USDC|22|5.3
kamino-lend|solana|USDC|USDC|410|4.7
kamino-lend|solana|SOL|SOL|520|3.9
kamino-lend|solana|USDT|USDT|74|4.2
venus-core-pool|bsc|USDT|USDT|290|3.2
venus-core-pool|bsc|USDC|USDC|160|3.0
venus-core-pool|bsc|BNB|BNB|310|0.9
justlend|tron|USDT|USDT|260|2.8
justlend|tron|TRX|TRX|190|1.1
benqi-lending|avalanche|USDC|USDC|68|3.3
benqi-lending|avalanche|AVAX|AVAX|44|1.6
moonwell-lending|base|USDC|USDC|58|4.4
moonwell-lending|optimism|USDC|USDC|9|4.1
pendle|ethereum|SUSDE|USDC|230|7.4
pendle|ethereum|WEETH|ETH|90|4.3
pendle|arbitrum|WSTETH|wstETH|18|3.6
convex-finance|ethereum|DAI-USDC-USDT|USDC|110|2.2
convex-finance|ethereum|ETH-STETH|ETH|64|4.1
navi-lending|sui|USDC|USDC|86|4.6
navi-lending|sui|SUI|SUI|72|3.0
aries-markets|aptos|USDC|USDC|29|4.9
aries-markets|aptos|APT|APT|24|4.2
"""
_MADE_OF = (
    "beefy",
    "pancakeswap-amm-v3",
    "camelot-v3",
    "quickswap-dex",
    "raydium-amm",
    "orca-dex",
    "thala",
    "cetus-clmm",
)
_MADE_ON = ("bsc", "arbitrum", "polygon", "solana", "base", "optimism", "avalanche", "ethereum")
_N_MADE = 110


def _smaller(world: SimulatedWorld) -> list[Listing]:
    found = []
    for line in _SMALLER.split():
        project, chain, symbol, ticker, millions, rate = line.split("|")
        dollars = ticker in ("USDC", "USDT") and symbol != "ETH-STETH"
        found.append(_line(world, project, chain, symbol, ticker, float(millions) * 1e6, float(rate), dollars=dollars))
    seed, tickers = world.seed, sorted(COIN)
    for place in range(_N_MADE):
        size, rate, pick, other = draws.uniform(draws.key(seed, "made place", place), np.arange(4)).tolist()
        ticker, quote = tickers[int(pick * len(tickers))], "USDT" if other < 0.5 else "USDC"
        kind = place % len(_MADE_OF)
        found.append(
            _line(
                world, _MADE_OF[kind], _MADE_ON[(place // 3 + kind) % len(_MADE_ON)], f"{ticker.upper()}-{quote}", ticker,
                10_000.0 * 1_500.0**size, 1.5 * 40.0**rate, dollars=False, swaps=True, nth=place,
            )
        )  # fmt: skip
    return found


def _line(
    world: SimulatedWorld,
    project: str,
    chain: str,
    symbol: str,
    ticker: str,
    usd: float,
    rate_pct: float,
    *,
    dollars: bool,
    swaps: bool = False,
    nth: int = 0,
) -> Listing:
    """A place that nothing stands behind but its own lines."""
    name = f"{project}:{chain}:{symbol}:{nth}"
    units = usd / coin_level_usd(ticker)

    def worth(at_s: IntArray) -> FloatArray:
        held: FloatArray = units * tide(world, name, at_s, growth_annual=0.1, lean=0.1)
        return held * price(world, ticker, at_s)

    def pays(at_s: IntArray) -> FloatArray:
        rough = 0.45 if swaps else 0.10
        line = rough * wander(world.seed, f"pays:{name}", at_s, node_s=6 * DAY_S)
        pct: FloatArray = rate_pct * np.exp(line + 0.2 * rough * wander(world.seed, f"pays:{name}", at_s, node_s=DAY_S))
        return pct

    return Listing(
        project=project, chain=chain, symbol=symbol, meta=f"Nr. {nth}" if nth else None, coins=(_address(name),),
        stablecoin=dollars, swaps=swaps, usd=worth, base_pct=pays, count=400 + nth,
    )  # fmt: skip


def _faulty(world: SimulatedWorld) -> list[Listing]:
    """What such lists have wrong: each is marked as an outlier or gives itself away."""

    def steady(value: float) -> Line:
        return lambda at_s: np.full(at_s.shape, value)

    def row(project: str, chain: str, symbol: str, rate: float, usd: float, *, outlier: bool) -> Listing:
        return Listing(
            project=project, chain=chain, symbol=symbol, meta=None, coins=(_address(f"{project}:{symbol}:faulty"),),
            stablecoin=symbol in _DOLLARS, swaps=False, usd=steady(usd), base_pct=steady(rate), outlier=outlier, count=25,
        )  # fmt: skip

    return [
        row("moonfarm", "bsc", "USDT", 18_400.0, 42_000.0, outlier=True),
        row("hyperyield", "base", "USDC", 912.5, 130_000.0, outlier=True),
        row("degen-vaults", "arbitrum", "ETH", 3_250.0, 88_000.0, outlier=True),
        row("stale-lend", "ethereum", "USDC", 0.0, 54e6, outlier=False),
        row("fraction-finance", "ethereum", "USDT", 0.041, 23e6, outlier=False),
        row("wilting-vault", "polygon", "USDC", -0.8, 1.2e6, outlier=False),
    ]


def _address(name: str) -> str:
    return "0x" + hashlib.sha256(name.encode()).hexdigest()[:40]


def chain_name(listing: Listing) -> str:
    """The chain as DefiLlama writes it."""
    return LEDGER[listing.chain].name

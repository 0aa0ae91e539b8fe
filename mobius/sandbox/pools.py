"""Trading pools of the simulated world: what lies in them, what is traded, what that earns.

A pool's units of liquidity wander as deposits do; its worth is those units times the geometric mean of its coins' prices, and
each coin holds its weight of that, leaning to the cheaper one where all are meant to be worth the same. Trade follows how busy
the market is. Here: the pools and Pools. Not here: rewards of vaults on top (vaults), wire formats (wire).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from mobius.core.candles import FloatArray, IntArray
from mobius.sandbox.drift import activity, price, tide, wander
from mobius.sandbox.ledgers import TOKENS, Token, coin_level_usd
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.world import DAY_S, SimulatedWorld

_LEAN = 90.0  # how strongly a pool of equals fills with the cheaper coin: a third more at 30 bps


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingPool:
    """One pool of two or more coins."""

    project: str
    """DefiLlama's slug."""
    chain: str
    title: str
    address: str
    coins: tuple[Token, ...]
    usd: float
    """Worth at the world's birth, about."""
    traded_usd: float
    """A calm day's trade."""
    fee: float
    """Of each trade, a fraction."""
    reward_usd: float
    """Paid out in the protocol's own token, a day."""
    alike: bool
    """Whether its coins are meant to be worth the same."""

    @property
    def name(self) -> str:
        return f"{self.project}:{self.chain}:{self.address}"


_LINES = """
curve-dex|ethereum|3pool|0xbEbc44782C7dB0a1A60Cb6fe97d0b483032FF1C7|DAI USDC USDT|172|34|0.00015|0|alike
curve-dex|ethereum|steth|0xDC24316b9AE028F1497c275EB9192a3Ea0f67022|WETH stETH|88|9|0.0001|0.011|alike
curve-dex|ethereum|tricrypto2|0xD51a44d3FaE010294C616388b506AcdA1bfAAE46|USDT WBTC WETH|31|11|0.0006|0.008|
curve-dex|ethereum|TricryptoUSDC|0x7F86Bf177Dd4F3494b841a37e810A34dD56c829B|USDC WBTC WETH|42|19|0.0006|0.012|
curve-dex|ethereum|rETH-ETH|0x0f3159811670c117c372428D4E69AC32325e4D0F|WETH rETH|12|1.1|0.0003|0.003|alike
curve-dex|arbitrum|2pool|0x7f90122BF0700F9E7e1F688fe926940E8839F353|USDC USDT|14|2.1|0.0001|0.001|alike
curve-dex|arbitrum|tricrypto|0x960ea3e3C7FB317332d990873d354E18d7645590|USDT WBTC WETH|6|1.2|0.0006|0.002|
curve-dex|optimism|3pool|0x1337BedC9D22ecbe766dF105c9623922A27963EC|DAI USDC USDT|5|0.6|0.0001|0.0004|alike
curve-dex|polygon|am3pool|0x445FE580eF8d70FF569aB36e80c647af338db351|DAI USDC.e USDT|7|0.4|0.0002|0.0003|alike
curve-dex|base|usdc-dai|0xf6C5F01C7F3148891ad0e19DF78743D31E390D1f|USDC DAI|3|0.2|0.0001|0|alike
uniswap-v3|ethereum|USDC-WETH 0.05%|0x88e6A0c2dDD26FEEb64F039a2c41296FcB3f5640|USDC WETH|138|310|0.0005|0|
uniswap-v3|ethereum|USDC-WETH 0.3%|0x8ad599c3A0ff1De082011EFDDc58f1908eb6e6D8|USDC WETH|71|19|0.003|0|
uniswap-v3|ethereum|WBTC-WETH 0.3%|0xCBCdF9626bC03E24f779434178A73a0B4bad62eD|WBTC WETH|112|21|0.003|0|
uniswap-v3|ethereum|WBTC-WETH 0.05%|0x4585FE77225b41b697C938B018E2Ac67Ac5a20c0|WBTC WETH|64|58|0.0005|0|
uniswap-v3|ethereum|WETH-USDT 0.3%|0x4e68Ccd3E89f51C3074ca5072bbAC773960dFa36|WETH USDT|62|23|0.003|0|
uniswap-v3|ethereum|USDC-USDT 0.01%|0x3416cF6C708Da44DB2624D63ea0AAef7113527C6|USDC USDT|37|74|0.0001|0|alike
uniswap-v3|ethereum|DAI-USDC 0.01%|0x5777d92f208679DB4b9778590Fa3CAB3aC9e2168|DAI USDC|29|16|0.0001|0|alike
uniswap-v3|ethereum|LINK-WETH 0.3%|0xa6Cc3C2531FdaA6Ae1A3CA84c2855806728693e8|LINK WETH|24|4.1|0.003|0|
uniswap-v3|ethereum|UNI-WETH 0.3%|0x1d42064Fc4Beb5F8aAF85F4617AE8b3b5B8Bd801|UNI WETH|13|1.9|0.003|0|
uniswap-v3|ethereum|PEPE-WETH 0.3%|0x11950d141EcB863F01007AdD7D1A342041227b58|PEPE WETH|18|7|0.003|0|
uniswap-v3|arbitrum|USDC-WETH 0.05%|0xC6962004f452bE9203591991D15f6b388e09E8D0|USDC WETH|61|96|0.0005|0|
uniswap-v3|arbitrum|WBTC-WETH 0.05%|0x2f5e87C9312fa29aed5c179E456625D79015299c|WBTC WETH|37|22|0.0005|0|
uniswap-v3|arbitrum|ARB-WETH 0.05%|0xC6F780497A95e246EB9449f5e4770916DCd6396A|ARB WETH|11|8|0.0005|0|
uniswap-v3|base|USDC-WETH 0.05%|0xd0b53D9277642d899DF5C87A3966A349A798F224|USDC WETH|48|140|0.0005|0|
uniswap-v3|optimism|USDC-WETH 0.05%|0x1fb3cf6e48F1E7B10213E7b6d87D4c073C7Fdb7b|USDC WETH|9|7|0.0005|0|
uniswap-v3|optimism|OP-WETH 0.3%|0x68F5C0A2DE713a54991E01858Fd27a3832401849|OP WETH|6|1.4|0.003|0|
uniswap-v3|polygon|USDC-WETH 0.05%|0xA4D8c89f0c20efbe54cBa9e7e7a7E509056228D9|USDC WETH|12|9|0.0005|0|
uniswap-v3|polygon|WPOL-USDC 0.05%|0xB6e57ed85c4c9dbfEF2a68711e9d6f36c56e0FcB|WPOL USDC|8|7|0.0005|0|
aerodrome-slipstream|base|USDC-WETH|0xb2cc224c1c9feE385f8ad6a55b4d94E92359DC59|USDC WETH|52|210|0.0004|0.18|
aerodrome-slipstream|base|WETH-wstETH|0x861A2922bE165a5Bd41b1E482B49216b465e1B5F|WETH wstETH|16|6|0.0001|0.006|alike
velodrome-v3|optimism|USDC-WETH|0x478946BcD4a5a22b316470F5486fAfb928C0bA25|USDC WETH|7|6|0.0004|0.012|
sushiswap|ethereum|WBTC-WETH|0xCEfF51756c56CeFFCA006cD410B03FFC46dd3a58|WBTC WETH|21|1.1|0.003|0|
balancer-v2|ethereum|wstETH-WETH|0x93d199263632a4EF4Bb438F1feB99e57b4b5f0BD|wstETH WETH|47|5|0.0001|0.004|alike
"""  # millions of dollars: worth, traded a day; fee; millions paid out a day


@cache
def trading_pools() -> tuple[TradingPool, ...]:
    found = []
    for line in _LINES.strip().split("\n"):
        project, chain, title, address, coins, usd, traded, fee, reward, alike = line.split("|")
        found.append(
            TradingPool(
                project=project, chain=chain, title=title, address=address, usd=float(usd) * 1e6,
                coins=tuple(TOKENS[chain, symbol] for symbol in coins.split()), traded_usd=float(traded) * 1e6,
                fee=float(fee), reward_usd=float(reward) * 1e6, alike=alike == "alike",
            )
        )  # fmt: skip
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Pools:
    """The state of every pool at any instants; arrays in, arrays out. Prices are those of the whole hour before."""

    world: SimulatedWorld

    def usd(self, pool: TradingPool, at_s: IntArray) -> FloatArray:
        """What all of it is worth."""
        units = pool.usd * tide(self.world, pool.name, at_s, growth_annual=0.04, lean=0.10)
        moved = np.zeros(at_s.shape)
        for coin in pool.coins:
            moved = moved + np.log(price(self.world, coin.ticker, at_s) / coin_level_usd(coin.ticker)) / len(pool.coins)
        worth: FloatArray = units * np.exp(moved)
        return worth

    def amounts(self, pool: TradingPool, at_s: IntArray) -> tuple[FloatArray, ...]:
        """Units of each coin; times their prices they come to `usd`."""
        worth = self.usd(pool, at_s)
        prices = [price(self.world, coin.ticker, at_s) for coin in pool.coins]
        weights = [np.ones(at_s.shape) for _ in pool.coins]
        if pool.alike:
            off = [now / self._par(coin, at_s) for coin, now in zip(pool.coins, prices, strict=True)]
            weights = [np.exp(-_LEAN * (each - 1.0)) for each in off]
        total = np.sum(weights, axis=0)
        return tuple(worth * weight / total / now for weight, now in zip(weights, prices, strict=True))

    def _par(self, coin: Token, at_s: IntArray) -> FloatArray:
        """What a unit would be worth if nothing strayed: a dollar, or ether and what it has earned."""
        if coin_level_usd(coin.ticker) < 2.0:
            return np.ones(at_s.shape)
        line = self.world.index(coin.ticker)
        held = np.exp(line.rate_log + line.rate_annual / 8766.0 * ((at_s - BEGINS_S) // 3600))
        worth: FloatArray = held * price(self.world, "ETH", at_s)
        return worth

    def traded_usd(self, pool: TradingPool, at_s: IntArray) -> FloatArray:
        """In the 24 hours before."""
        loudest = next(
            (coin.ticker for coin in pool.coins if not pool.alike and coin.ticker not in ("USDC", "USDT")), "ETH"
        )
        loudest = {"WETH": "ETH", "WBTC": "BTC"}.get(loudest, loudest)
        own = 0.18 * wander(self.world.seed, f"traded:{pool.name}", at_s, node_s=DAY_S)
        traded: FloatArray = pool.traded_usd * np.exp(activity(self.world, loudest, at_s) + own)
        return traded

    def fee_apr(self, pool: TradingPool, at_s: IntArray, *, days: int = 1) -> FloatArray:
        """Fees of the last `days` a year, over what the pool is worth; a fraction."""
        traded = np.mean([self.traded_usd(pool, at_s - n * DAY_S) for n in range(days)], axis=0)
        apr: FloatArray = traded * pool.fee / self.usd(pool, at_s) * 365
        return apr

    def reward_apr(self, pool: TradingPool, at_s: IntArray) -> FloatArray:
        """What is paid out on top, a fraction a year."""
        if pool.reward_usd == 0.0:
            return np.zeros(at_s.shape)
        token = "CRV" if pool.project == "curve-dex" else "UNI"
        moved = price(self.world, token, at_s) / coin_level_usd(token)
        apr: FloatArray = pool.reward_usd * moved * 365 / self.usd(pool, at_s)
        return apr

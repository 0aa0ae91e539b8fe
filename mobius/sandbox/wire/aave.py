"""Aave v3's GraphQL (`POST api.v3.aave.com/graphql`): the markets of some chains with what is supplied and borrowed.

Amounts are decimal strings, rates fractions in `value` and percent in `formatted`. Here: health, chains, markets; any selection
of the documented fields. Not here: users, actions, histories.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from mobius.sandbox import graphql
from mobius.sandbox.drift import price
from mobius.sandbox.graphql import Arguments, Malformed, limited, missing
from mobius.sandbox.ledgers import LEDGER
from mobius.sandbox.lending import Lending, Reserve, apy, of_protocol
from mobius.sandbox.limits import TokenBucket
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene

_POOLS = {
    "ethereum": ("AaveV3Ethereum", "0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2"),
    "arbitrum": ("AaveV3Arbitrum", "0x794a61358D6845594F94dc1DB02A252b5b4814aD"),
    "optimism": ("AaveV3Optimism", "0x794a61358D6845594F94dc1DB02A252b5b4814aD"),
    "polygon": ("AaveV3Polygon", "0x794a61358D6845594F94dc1DB02A252b5b4814aD"),
    "base": ("AaveV3Base", "0xA238Dd80C259a72e81d7e4664a9801593F98d1c5"),
}
_NAMES = {
    "USDC": "USD Coin",
    "USDT": "Tether USD",
    "DAI": "Dai Stablecoin",
    "WETH": "Wrapped Ether",
    "WBTC": "Wrapped BTC",
}


def _graphql(ask: Ask, scene: Scene) -> Said:
    def chains(arguments: Arguments) -> Json:
        return [_chain(slug) for slug in _POOLS]

    def markets(arguments: Arguments) -> Json:
        request = arguments.get("request")
        wanted = request.get("chainIds") if isinstance(request, dict) else None
        if not isinstance(wanted, list):
            raise Malformed('Field "chainIds" of required type "[ChainId!]!" was not provided.')
        return [_market(slug, scene) for slug in _POOLS if LEDGER[slug].chain_id in wanted]

    return graphql.answer(ask, {"health": lambda arguments: True, "chains": chains, "markets": markets})


def _chain(slug: str) -> Json:
    ledger = LEDGER[slug]
    return {
        "chainId": ledger.chain_id, "name": ledger.name, "icon": f"https://example.invalid/{slug}.svg",
        "explorerUrl": "https://example.invalid/", "isTestnet": False, "nativeWrappedToken": None,
    }  # fmt: skip


def _market(slug: str, scene: Scene) -> Json:
    name, address = _POOLS[slug]
    reserves = [reserve for reserve in of_protocol("aave-v3") if reserve.token.chain == slug]
    rows: list[Json] = [_reserve(reserve, scene) for reserve in reserves]
    sizes = [_sizes(reserve, scene) for reserve in reserves]
    return {
        "name": name, "address": address, "icon": f"https://example.invalid/{name}.svg", "chain": _chain(slug),
        "totalMarketSize": _decimal(sum(size for size, _ in sizes)),
        "totalAvailableLiquidity": _decimal(sum(free for _, free in sizes)), "eModeCategories": [], "userState": None,
        "supplyReserves": rows, "borrowReserves": rows,
    }  # fmt: skip


def _sizes(reserve: Reserve, scene: Scene) -> tuple[float, float]:
    """Supplied and free, in dollars."""
    at_s, lending = np.array([scene.now_s]), Lending(scene.world)
    worth = float(price(scene.world, reserve.token.ticker, at_s)[0])
    supplied, borrowed = float(lending.supplied(reserve, at_s)[0]), float(lending.borrowed(reserve, at_s)[0])
    return supplied * worth, (supplied - borrowed) * worth


def _reserve(reserve: Reserve, scene: Scene) -> Json:
    at_s, lending, token = np.array([scene.now_s]), Lending(scene.world), reserve.token
    worth = float(price(scene.world, token.ticker, at_s)[0])
    supplied, borrowed = float(lending.supplied(reserve, at_s)[0]), float(lending.borrowed(reserve, at_s)[0])
    supply = float(apy(lending.supply_apr(reserve, at_s))[0])
    borrow = float(apy(lending.borrow_apr(reserve, at_s))[0])
    coin: Json = {
        "symbol": token.symbol, "name": _NAMES.get(token.symbol, token.symbol), "address": token.address,
        "decimals": token.decimals, "chainId": LEDGER[token.chain].chain_id, "imageUrl": "",
    }  # fmt: skip
    borrowing: Json = None
    if reserve.used:
        borrowing = {
            "apy": _percent(borrow), "total": _amount(borrowed, worth, token.decimals),
            "availableLiquidity": _amount(supplied - borrowed, worth, token.decimals),
            "utilizationRate": _percent(borrowed / supplied), "reserveFactor": _percent(reserve.curve.reserve_factor),
            "borrowCap": _amount(supplied * 1.2, worth, token.decimals), "borrowCapReached": False,
            "borrowingState": "ENABLED", "optimalUsageRate": _percent(reserve.curve.kink),
            "baseVariableBorrowRate": _percent(reserve.curve.base), "variableRateSlope1": _percent(reserve.curve.slope_1),
            "variableRateSlope2": _percent(reserve.curve.slope_2),
        }  # fmt: skip
    return {
        "underlyingToken": coin, "isFrozen": False, "isPaused": False, "flashLoanEnabled": True,
        "usdExchangeRate": _decimal(worth),
        "size": _amount(supplied, worth, token.decimals), "usdOracleAddress": "0x0000000000000000000000000000000000000000",
        "supplyInfo": {
            "apy": _percent(supply), "total": _decimal(supplied), "maxLTV": _percent(reserve.max_ltv),
            "liquidationThreshold": _percent(reserve.threshold), "liquidationBonus": _percent(0.05),
            "canBeCollateral": reserve.max_ltv > 0, "supplyCap": _amount(supplied * 1.4, worth, token.decimals),
            "supplyCapReached": False,
        },
        "borrowInfo": borrowing, "incentives": [], "userState": None,
    }  # fmt: skip


def _percent(value: float) -> Json:
    """A fraction, as its `PercentValue` writes it."""
    return {
        "raw": str(round(value * 1e27)), "decimals": 27, "value": _decimal(value), "formatted": f"{value * 100:.2f}",
    }  # fmt: skip


def _amount(units: float, worth: float, decimals: int) -> Json:
    amount: Json = {"raw": str(int(units * 10**decimals)), "decimals": decimals, "value": _decimal(units)}
    return {"amount": amount, "usd": _decimal(units * worth), "usdPerToken": _decimal(worth)}


def _decimal(value: float) -> str:
    return format(Decimal(repr(float(value))), "f")


PROVIDER = Provider(
    name="aave",
    prefix="/aave",
    routes={},
    posts={"/graphql": _graphql},
    missing=missing,
    limited=limited,
    limiters={"free": lambda: TokenBucket(120, 120)},
)

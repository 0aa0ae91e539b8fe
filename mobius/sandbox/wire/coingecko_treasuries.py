"""CoinGecko's lists of who keeps a coin in the treasury (`api.coingecko.com/api/v3`).

Here: {entity}/public_treasury/{coin_id} of companies and governments. Not here: their trades, the rest of CoinGecko
(wire.coingecko).
"""

from __future__ import annotations

from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.offices import holders
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said


def _treasury(ask: Ask, scene: Scene) -> Said:
    world, entity = scene.world, ask.parts.get("entity", "")
    if entity not in ("companies", "governments"):
        return said({"error": "Invalid entity"}, status=404)
    coin = ask.parts.get("coin", "")
    ticker = next((ticker for ticker, asset in world.assets.items() if asset.ids.get("coingecko") == coin), None)
    found = None if ticker is None else holders(world, entity, ticker, scene.now_s)
    if ticker is None or found is None:
        return said({"error": "coin not found"}, status=404)
    price, supply = world.market.price(world.index(ticker), scene.now_s), world.supply(ticker, scene.now_s)
    rows: list[Json] = [
        {
            "name": each.name, "symbol": each.symbol, "country": each.country, "total_holdings": each.units,
            "total_entry_value_usd": None if each.paid_usd is None else round(each.paid_usd),
            "total_current_value_usd": round(each.units * price),
            "percentage_of_total_supply": round(each.units / supply * 100, 3),
        }
        for each in found
    ]  # fmt: skip
    total = sum(each.units for each in found)
    return said(
        {
            "total_holdings": total, "total_value_usd": round(total * price, 2),
            "market_cap_dominance": round(total / supply * 100, 2), entity: rows,
        }
    )  # fmt: skip


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"error": "Incorrect path. Please check the documentation."}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    error = {"status": {"error_code": 429, "error_message": "You've exceeded the Rate Limit."}}
    return said(error, status=429, headers={"Retry-After": str(spent.retry_after_s)})


PROVIDER = Provider(
    name="coingecko_treasuries",
    prefix="/coingecko_treasuries/api/v3",
    routes={"/{entity}/public_treasury/{coin}": _treasury},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(30, 30)},
)

"""DefiLlama's coin prices (`coins.llama.fi`) by CoinGecko ids and by contracts: `coingecko:ethereum`, `ethereum:0xa0b8…`.

An unknown id is absent. Prices lag by up to a minute and say of when they are, and how sure they are. Here: prices/current,
prices/historical, batchHistorical, chart, percentage. Not here: first prices, blocks.
"""

from __future__ import annotations

import msgspec
import numpy as np

from mobius.sandbox import draws
from mobius.sandbox.ledgers import TOKEN_AT
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said, whole
from mobius.sandbox.world import DAY_S, SimulatedWorld

_LAG_S = 60
_PREFIX = "coingecko:"
_MOST_POINTS = 500
_UNITS_S = {"m": 60, "h": 3600, "d": DAY_S, "w": 7 * DAY_S}


def _ticker(name: str, world: SimulatedWorld) -> str | None:
    """The asset of an id, in any case."""
    if name.startswith(_PREFIX):
        return next(
            (ticker for ticker, asset in world.assets.items() if asset.ids.get("coingecko") == name[len(_PREFIX) :]),
            None,
        )
    chain, _, address = name.lower().partition(":")
    token = TOKEN_AT.get((chain, address))
    return token.ticker if token is not None else None


def _current(ask: Ask, scene: Scene) -> Said:
    return _prices(ask.parts.get("id", ""), scene, scene.now_s - scene.now_s % _LAG_S)


def _historical(ask: Ask, scene: Scene) -> Said:
    at_s = whole(ask.parts.get("time", ""))
    if at_s is None:
        return _bad("Invalid timestamp")
    if not BEGINS_S + 60 <= at_s <= scene.now_s:
        return said({"coins": {}})
    return _prices(ask.parts.get("id", ""), scene, at_s)


def _prices(names: str, scene: Scene, at_s: int) -> Said:
    coins: dict[str, Json] = {}
    for name in names.split(","):
        ticker = _ticker(name, scene.world)
        if ticker is not None:
            read_s, price = _read(scene.world, ticker, at_s)
            coins[name] = _named(name, ticker) | {"price": price, "timestamp": read_s, "confidence": 0.99}
    return said({"coins": coins})


def _named(name: str, ticker: str) -> dict[str, Json]:
    token = TOKEN_AT.get((name.lower().partition(":")[0], name.lower().partition(":")[2]))
    return {"symbol": ticker.upper()} if token is None else {"decimals": token.decimals, "symbol": token.symbol.upper()}


def _read(world: SimulatedWorld, ticker: str, at_s: int) -> tuple[int, float]:
    """When within the last minute a coin was read, each at a moment of its own, and its price then."""
    ago = int(draws.uniform(draws.key(world.seed, "llama", ticker), np.array([at_s]))[0] * _LAG_S)
    read_s = max(BEGINS_S, at_s - ago)
    return read_s, world.market.price(world.index(ticker), read_s)


def _batch(ask: Ask, scene: Scene) -> Said:
    try:
        wanted = msgspec.json.decode(ask.params.get("coins", ""), type=dict[str, list[int]])
    except (msgspec.MsgspecError, RecursionError):
        return _bad("Invalid coins")
    coins: dict[str, Json] = {}
    for name, instants in wanted.items():
        ticker = _ticker(name, scene.world)
        if ticker is None:
            continue
        read = [
            _read(scene.world, ticker, at_s) for at_s in instants[:_MOST_POINTS] if BEGINS_S + 60 <= at_s <= scene.now_s
        ]
        prices: list[Json] = [{"timestamp": read_s, "price": price, "confidence": 0.99} for read_s, price in read]
        coins[name] = {"symbol": ticker.upper(), "prices": prices}
    return said({"coins": coins})


def _chart(ask: Ask, scene: Scene) -> Said:
    step = _period_s(ask.params.get("period", "1d"))
    span = whole(ask.params.get("span", "10"))
    start, end = whole(ask.params.get("start", "x")), whole(ask.params.get("end", "x"))
    if step is None or span is None or not 0 < span <= _MOST_POINTS:
        return _bad("Invalid period or span")
    if start is not None:
        instants = [start + n * step for n in range(span)]
    else:
        last = min(scene.now_s, scene.now_s if end is None else end)
        instants = [last - n * step for n in range(span - 1, -1, -1)]
    instants = [at_s for at_s in instants if BEGINS_S + 60 <= at_s <= scene.now_s and (end is None or at_s <= end)]
    coins: dict[str, Json] = {}
    for name in ask.parts.get("id", "").split(","):
        ticker = _ticker(name, scene.world)
        if ticker is not None:
            read = [_read(scene.world, ticker, at_s) for at_s in instants]
            prices: list[Json] = [{"timestamp": read_s, "price": price} for read_s, price in read]
            coins[name] = _named(name, ticker) | {"confidence": 0.99, "prices": prices}
    return said({"coins": coins})


def _percentage(ask: Ask, scene: Scene) -> Said:
    step, at_s = _period_s(ask.params.get("period", "1d")), whole(ask.params.get("timestamp", str(scene.now_s)))
    if step is None or at_s is None:
        return _bad("Invalid period or timestamp")
    first, last = (at_s, at_s + step) if ask.params.get("lookForward") == "true" else (at_s - step, at_s)
    coins: dict[str, Json] = {}
    for name in ask.parts.get("id", "").split(","):
        ticker = _ticker(name, scene.world)
        if ticker is not None and first >= BEGINS_S + 60 and last <= scene.now_s:
            before, after = (_read(scene.world, ticker, instant)[1] for instant in (first, last))
            coins[name] = (after / before - 1.0) * 100
    return said({"coins": coins})


def _period_s(text: str) -> int | None:
    count = whole(text[:-1])
    return count * _UNITS_S[text[-1:]] if count and count <= 10_000 and text[-1:] in _UNITS_S else None


def _bad(message: str) -> Said:
    return said({"message": message}, status=400)


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"message": "Not Found"}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said({"message": "Too Many Requests"}, status=429, headers={"Retry-After": str(spent.retry_after_s)})


PROVIDER = Provider(
    name="defillama_coins",
    prefix="/defillama_coins",
    routes={
        "/prices/current/{id}": _current, "/prices/historical/{time}/{id}": _historical, "/batchHistorical": _batch,
        "/chart/{id}": _chart, "/percentage/{id}": _percentage,
    },
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(300, 300)},
)  # fmt: skip

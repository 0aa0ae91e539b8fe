"""DefiLlama's main host (`api.llama.fi`): protocols, chains, what is traded and taken; data moves by the hour.

What is borrowed stands apart (`borrowed`, `Ethereum-borrowed`), which are no chains; a chain's total leaves liquid staking out,
and what is counted twice. Here: protocols, protocol/{slug}, tvl/{slug}, v2/chains, v2/historicalChainTvl, overview and summary
of dexs and fees. Not here: what is paid for, where the figures come from (sandbox.protocols).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mobius.core.candles import FloatArray, IntArray
from mobius.sandbox.hourly import hourly
from mobius.sandbox.ledgers import LEDGER, LEDGERS
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.protocols import Amounts, Protocol, Protocols, by_slug, protocols
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said
from mobius.sandbox.world import DAY_S

_FIRST_DAY = 700
"""Days after the beginning of time from which there is a past."""
_KINDS = ("dailyFees", "dailyRevenue", "dailyHoldersRevenue")
_BY_NAME = {name.lower(): ledger.slug for ledger in LEDGERS for name in (ledger.name, ledger.slug)}


def _hour(scene: Scene) -> int:
    return scene.now_s - scene.now_s % 3600


def _days(scene: Scene) -> IntArray:
    """Each midnight since there is a past, and the hour now."""
    midnights = np.arange(BEGINS_S + _FIRST_DAY * DAY_S, _hour(scene) + 1, DAY_S)
    return midnights if midnights[-1] == _hour(scene) else np.append(midnights, _hour(scene))


def _change(now: float, before: float) -> float | None:
    return round(float(now / before - 1.0) * 100, 4) if before else None


# ------------------------------------------------------------------------------------------------------------ protocols


def _protocols(ask: Ask, scene: Scene) -> Said:
    def rows() -> object:
        found = [_protocol_row(protocol, scene) for protocol in protocols()]
        return sorted(found, key=_worth, reverse=True)

    return Said(body=hourly(scene, "protocols", rows))


def _worth(row: dict[str, Json]) -> float:
    worth = row["tvl"]
    assert isinstance(worth, float)
    return worth


def _protocol_row(protocol: Protocol, scene: Scene) -> dict[str, Json]:
    at_s = _hour(scene) - np.array([0, 3600, DAY_S, 7 * DAY_S])
    world, state = scene.world, Protocols(scene.world)
    chains, borrowed = state.tvl_usd(protocol, at_s), state.borrowed_usd(protocol, at_s[:1])
    total = np.sum(list(chains.values()), axis=0)
    by_chain: dict[str, Json] = {LEDGER[chain].name: round(float(worth[0]), 2) for chain, worth in chains.items()}
    if borrowed:
        by_chain["borrowed"] = round(sum(float(worth[0]) for worth in borrowed.values()), 2)
        by_chain |= {f"{LEDGER[chain].name}-borrowed": round(float(worth[0]), 2) for chain, worth in borrowed.items()}
    mcap = world.standing(protocol.ticker, "USD", _hour(scene)).market_cap if protocol.ticker else None
    return {
        "id": protocol.id, "name": protocol.name, "slug": protocol.slug, "symbol": protocol.ticker or "-",
        "category": protocol.category, "url": protocol.url, "description": "", "chain": _main_chain(chains),
        "chains": [LEDGER[chain].name for chain in chains], "tvl": round(float(total[0]), 2), "chainTvls": by_chain,
        "change_1h": _change(total[0], total[1]), "change_1d": _change(total[0], total[2]),
        "change_7d": _change(total[0], total[3]), "mcap": None if mcap is None else round(mcap, 2),
        "gecko_id": world.assets[protocol.ticker].ids.get("coingecko") if protocol.ticker else None,
        "listedAt": 1_640_995_200, "audits": "2", "twitter": None,
    }  # fmt: skip


def _main_chain(chains: dict[str, FloatArray]) -> str:
    return LEDGER[next(iter(chains))].name if len(chains) == 1 else "Multi-Chain"


def _protocol(ask: Ask, scene: Scene) -> Said:
    protocol = by_slug().get(ask.parts.get("slug", "").lower())
    if protocol is None:
        return _not_found()
    return Said(body=hourly(scene, f"protocol:{protocol.slug}", lambda: _history(protocol, scene)))


def _history(protocol: Protocol, scene: Scene) -> object:
    days, state = _days(scene), Protocols(scene.world)
    amounts, lent = state.amounts(protocol, days), state.borrowed(protocol, days)
    lines: dict[str, Json] = {}
    current: dict[str, Json] = {}
    total = np.zeros(days.shape)
    for chain, held in amounts.items():
        worth = state.usd(held, days)
        total = total + worth
        lines[LEDGER[chain].name] = _line(state, held, worth, days)
        current[LEDGER[chain].name] = round(float(worth[-1]), 2)
    for chain, held in lent.items():
        worth = state.usd(held, days)
        lines[f"{LEDGER[chain].name}-borrowed"] = _line(state, held, worth, days)
        current[f"{LEDGER[chain].name}-borrowed"] = round(float(worth[-1]), 2)
    if lent:
        every = _together(lent)
        lines["borrowed"] = _line(state, every, state.usd(every, days), days)
    held = _together(amounts)
    whole = _line(state, held, total, days)
    assert isinstance(whole, dict)
    row = _protocol_row(protocol, scene)
    kept = ("id", "name", "slug", "symbol", "category", "url", "description", "chains", "mcap", "gecko_id")
    return {name: row[name] for name in kept} | {"currentChainTvls": current, "chainTvls": lines} | whole


def _together(amounts: Amounts) -> dict[str, FloatArray]:
    found: dict[str, FloatArray] = {}
    for held in amounts.values():
        for coin, units in held.items():
            found[coin] = found[coin] + units if coin in found else units
    return found


def _line(state: Protocols, held: dict[str, FloatArray], worth: FloatArray, days: IntArray) -> Json:
    """One chain's past: dollars, and each day's tokens in units and in dollars."""
    units = {coin.upper(): np.round(line, 6).tolist() for coin, line in held.items()}
    dollars = {coin.upper(): np.round(state.usd({coin: line}, days), 2).tolist() for coin, line in held.items()}
    dates, total = days.tolist(), np.round(worth, 2).tolist()

    def told(lines: dict[str, list[float]]) -> Json:
        return [
            {"date": day, "tokens": {coin: line[place] for coin, line in lines.items()}}
            for place, day in enumerate(dates)
        ]

    return {
        "tvl": [{"date": day, "totalLiquidityUSD": value} for day, value in zip(dates, total, strict=True)],
        "tokens": told(units), "tokensInUsd": told(dollars),
    }  # fmt: skip


def _tvl(ask: Ask, scene: Scene) -> Said:
    protocol = by_slug().get(ask.parts.get("slug", "").lower())
    if protocol is None:
        return _not_found()
    chains = Protocols(scene.world).tvl_usd(protocol, np.array([_hour(scene)]))
    return said(round(sum(float(worth[0]) for worth in chains.values()), 2))


# --------------------------------------------------------------------------------------------------------------- chains


def _chains(ask: Ask, scene: Scene) -> Said:
    def rows() -> object:
        held = Protocols(scene.world).chain_tvl(np.array([_hour(scene)]))
        return [
            {
                "gecko_id": None if ledger.native in ("base",) else ledger.native, "tvl": round(float(held[ledger.slug][0]), 2),
                "tokenSymbol": None if ledger.native == "base" else _token(ledger.slug, ledger.gas), "cmcId": None,
                "name": ledger.name, "chainId": ledger.chain_id,
            }
            for ledger in LEDGERS
        ]  # fmt: skip

    return Said(body=hourly(scene, "chains", rows))


def _token(chain: str, gas: str) -> str:
    return {"arbitrum": "ARB", "optimism": "OP"}.get(chain, gas)


def _chain_history(ask: Ask, scene: Scene) -> Said:
    wanted = ask.parts.get("chain")
    slug = None if wanted is None else _BY_NAME.get(wanted.lower())
    if wanted is not None and slug is None:
        return said({"message": "Chain not found"}, status=404)

    def rows() -> object:
        days = _days(scene)
        held = Protocols(scene.world).chain_tvl(days)
        line = np.sum(list(held.values()), axis=0) if slug is None else held[slug]
        return [{"date": day, "tvl": round(worth)} for day, worth in zip(days.tolist(), line.tolist(), strict=True)]

    return Said(body=hourly(scene, f"chain:{slug}", rows))


# ------------------------------------------------------------------------------------------------------- trade and fees

_Measure = Callable[[Protocol, IntArray], dict[str, FloatArray]]


def _measure(kind: str, ask: Ask, scene: Scene) -> _Measure | None:
    """Dollars of 24 hours by chain; None for a kind of data there is not."""
    state = Protocols(scene.world)
    if kind == "dexs":
        return state.traded_usd
    data = ask.params.get("dataType", "dailyFees")
    if data not in _KINDS:
        return None

    def kept(protocol: Protocol, at_s: IntArray) -> dict[str, FloatArray]:
        share = {"dailyFees": 1.0, "dailyRevenue": protocol.take_rate, "dailyHoldersRevenue": protocol.take_rate * 0.5}[
            data
        ]
        return {chain: paid * share for chain, paid in state.fees_usd(protocol, at_s).items()}

    return kept


def _overview(kind: str) -> Callable[[Ask, Scene], Said]:
    def answer(ask: Ask, scene: Scene) -> Said:
        wanted, measure = ask.parts.get("chain"), _measure(kind, ask, scene)
        slug = None if wanted is None else _BY_NAME.get(wanted.lower())
        if measure is None or (wanted is not None and slug is None):
            return said({"message": "Bad request"}, status=400)
        charted = ask.params.get("excludeTotalDataChart") != "true"
        broken_down = ask.params.get("excludeTotalDataChartBreakdown") != "true"
        name = f"overview:{kind}:{ask.params.get('dataType', '')}:{slug}:{charted}:{broken_down}"
        return Said(
            body=hourly(
                scene, name, lambda: _summed(kind, measure, slug, scene, charted=charted, broken_down=broken_down)
            )
        )

    return answer


def _summed(
    kind: str, measure: _Measure, slug: str | None, scene: Scene, *, charted: bool, broken_down: bool
) -> object:
    recent = _hour(scene) - np.arange(60) * DAY_S
    rows: list[Json] = []
    lines: dict[str, FloatArray] = {}
    total = np.zeros(recent.shape)
    seen: dict[str, None] = {}
    days = _days(scene)
    for protocol in protocols():
        by_chain = measure(protocol, recent)
        seen |= dict.fromkeys(LEDGER[chain].name for chain in by_chain)
        chosen = {chain: line for chain, line in by_chain.items() if slug in (None, chain)}
        if not chosen or not any(line.any() for line in chosen.values()):
            continue
        line = np.sum(list(chosen.values()), axis=0)
        total = total + line
        rows.append(_names(protocol, by_chain) | _sums(line))
        if charted or broken_down:
            past = {chain: line for chain, line in measure(protocol, days).items() if slug in (None, chain)}
            lines[protocol.name] = np.sum(list(past.values()), axis=0)
    found: dict[str, Json] = {
        "totalDataChart": [], "totalDataChartBreakdown": [], "breakdown24h": None, "chain": LEDGER[slug].name if slug else None,
        "allChains": list(seen), "protocols": sorted(rows, key=_day_sum, reverse=True),
    }  # fmt: skip
    if charted and lines:
        whole = np.sum(list(lines.values()), axis=0)
        found["totalDataChart"] = [
            [day, round(value)] for day, value in zip(days.tolist(), whole.tolist(), strict=True)
        ]
    if broken_down:
        told = {name: np.round(line).tolist() for name, line in lines.items()}
        found["totalDataChartBreakdown"] = [
            [day, {name: line[place] for name, line in told.items()}] for place, day in enumerate(days.tolist())
        ]
    return found | _sums(total)


def _day_sum(row: Json) -> float:
    assert isinstance(row, dict)
    value = row["total24h"]
    assert isinstance(value, int)
    return value


def _names(protocol: Protocol, by_chain: dict[str, FloatArray]) -> dict[str, Json]:
    return {
        "id": protocol.id, "defillamaId": protocol.id, "name": protocol.name, "displayName": protocol.name,
        "module": protocol.slug, "slug": protocol.slug, "category": protocol.category, "protocolType": "protocol",
        "chains": [LEDGER[chain].name for chain in by_chain],
    }  # fmt: skip


def _sums(line: FloatArray) -> dict[str, Json]:
    """Of 60 daily values, newest first."""
    day, week, month = float(line[0]), float(line[:7].sum()), float(line[:30].sum())
    return {
        "total24h": round(day), "total48hto24h": round(float(line[1])), "total7d": round(week), "total30d": round(month),
        "total14dto7d": round(float(line[7:14].sum())), "total60dto30d": round(float(line[30:].sum())),
        "change_1d": _change(day, float(line[1])), "change_7d": _change(day, float(line[7])),
        "change_1m": _change(day, float(line[30])), "change_7dover7d": _change(week, float(line[7:14].sum())),
        "change_30dover30d": _change(month, float(line[30:].sum())),
    }  # fmt: skip


def _summary(kind: str) -> Callable[[Ask, Scene], Said]:
    def answer(ask: Ask, scene: Scene) -> Said:
        protocol, measure = by_slug().get(ask.parts.get("slug", "").lower()), _measure(kind, ask, scene)
        if protocol is None:
            return _not_found()
        if measure is None:
            return said({"message": "Bad request"}, status=400)
        recent, days = _hour(scene) - np.arange(60) * DAY_S, _days(scene)
        by_chain = measure(protocol, recent)
        if not by_chain:
            return _not_found()
        row = _names(protocol, by_chain) | _sums(np.sum(list(by_chain.values()), axis=0))
        if ask.params.get("excludeTotalDataChart") != "true":
            line = np.sum(list(measure(protocol, days).values()), axis=0)
            row["totalDataChart"] = [
                [day, round(value)] for day, value in zip(days.tolist(), line.tolist(), strict=True)
            ]
        return said(row)

    return answer


def _not_found() -> Said:
    return Said(body=b"Protocol not found", status=400, content_type="text/plain; charset=utf-8")


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"message": "Not Found"}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said({"message": "Too Many Requests"}, status=429, headers={"Retry-After": str(spent.retry_after_s)})


PROVIDER = Provider(
    name="defillama",
    prefix="/defillama",
    routes={
        "/protocols": _protocols, "/protocol/{slug}": _protocol, "/tvl/{slug}": _tvl, "/v2/chains": _chains,
        "/v2/historicalChainTvl": _chain_history, "/v2/historicalChainTvl/{chain}": _chain_history,
        "/overview/dexs": _overview("dexs"), "/overview/dexs/{chain}": _overview("dexs"),
        "/overview/fees": _overview("fees"), "/overview/fees/{chain}": _overview("fees"),
        "/summary/dexs/{slug}": _summary("dexs"), "/summary/fees/{slug}": _summary("fees"),
    },
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(300, 300)},
)  # fmt: skip

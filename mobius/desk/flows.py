"""What flowed into and out of a protocol. Here: asking for its history, the index its deposits grow by, the flow as facts.

Amounts by day and their prices are one column fact each: the sums rest on whole columns. Liquid staking grows by its rewards
and lending by its interest: both are taken out, by the rate the protocol itself tells, else an aggregator's. Lending is counted
with what is lent out, which its locked value leaves out. An exchange's amounts change with every trade: no flow is told of one.
Not here: the sums (protocols.flows), wording.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from mobius.core.answers import SeriesData
from mobius.core.assets import find
from mobius.core.errors import NoData
from mobius.core.facts import Fact, Sourced, column_digest, derive, unknown
from mobius.core.gather import gather
from mobius.core.needs import Source
from mobius.core.notices import Notice, SourceFailure
from mobius.core.protocol_needs import PastPricesQuery, ProtocolHistory, ProtocolHistoryQuery, TokenDays, TurnoverQuery
from mobius.core.protocol_views import FlowView, TokenFlowView
from mobius.core.protocols import PROTOCOLS
from mobius.core.provider_names import defillama_slugs
from mobius.core.rate_needs import LendingMarketsQuery, StakingRateQuery, YieldPoolsQuery
from mobius.core.sources import Need
from mobius.desk.failures import told
from mobius.desk.peers import peers_of
from mobius.desk.protocols import ratio, total, turnover_of
from mobius.desk.rounds import ROUND_S, Round, ask
from mobius.protocols.flows import TokenFlow, by_day_usd, first_price, flow, growth_of_a_day, together

NEEDS: tuple[Need, ...] = (
    "protocol_history", "fees", "staking_rate", "lending_markets", "yield_pools", "past_prices", "protocols",
)  # fmt: skip
Kind = Literal["staking", "lending", "exchange", "other"]
_KINDS: dict[str, Kind] = {
    "liquid staking": "staking", "liquid restaking": "staking", "restaking": "staking", "lending": "lending",
    "dexs": "exchange", "dexes": "exchange", "decentralised exchange": "exchange",
}  # fmt: skip
MOST_TOKENS = 6
PRICES_S = 0.8
"""How long prices may take that the history lacks: they are asked after it."""
PEERS_S = 0.5
"""How much longer those of its kind may take than the flow."""
Columns = Mapping[str, tuple[Decimal | None, ...]]


class Index(Struct, frozen=True, kw_only=True):
    """What deposits grew by in a day, by token; `facts` are the rates it was made of."""

    growth: Mapping[str, Decimal] = {}
    facts: tuple[Fact, ...] = ()


class Amounts(Struct, frozen=True, kw_only=True):
    """A protocol's deposits by day, all versions together, with loans where it lends."""

    ts: tuple[int, ...]
    amounts: Columns
    values_usd: Columns
    facts: tuple[Fact, ...]
    loans_told: bool


async def live_flow(sources: Sequence[Source], protocol: str, since: datetime, *, days: int | None = None) -> FlowView:
    """Net flow of one protocol since the day of `since`. Raises NoData when no source keeps its history.

    With `days`, those of its kind over as many days, as far as that comes in time.
    """
    slugs = defillama_slugs(protocol)
    lends = protocol in PROTOCOLS and PROTOCOLS[protocol].does == "lending"
    questions: dict[str, tuple[Need, Any]] = {
        f"history {slug}": ("protocol_history", ProtocolHistoryQuery(slug=slug, start=since)) for slug in slugs
    }
    questions["fees"] = ("fees", TurnoverQuery())
    questions["pools"] = ("yield_pools", YieldPoolsQuery(protocols=(protocol,)))
    questions |= (
        {"markets": ("lending_markets", LendingMarketsQuery())}
        if lends
        else {"staking": ("staking_rate", StakingRateQuery())}
    )
    jobs: dict[str, Callable[[], Awaitable[Any]]] = {"round": partial(ask, sources, questions)}
    if days is not None:
        jobs["peers"] = partial(peers_of, sources, protocol, days)
    got = await gather(
        jobs, limit=2, enough=lambda told_of: "round" in told_of, linger=lambda _: PEERS_S, grace_s=ROUND_S
    )
    for error in got.failures.values():
        raise error
    heard: Round = got.results["round"]
    histories = tuple(found for slug in slugs if (found := heard.first(f"history {slug}")) is not None)
    if not histories:
        said = told(heard.failures, sources)
        name = PROTOCOLS[protocol].name if protocol in PROTOCOLS else protocol
        raise NoData("protocols", f"No source keeps a history of {name}{': ' + said if said else ''}.",
                     hint="`mobius doctor` shows which sources answer.")  # fmt: skip
    kind = kind_of(protocol, histories)
    amounts = _amounts(protocol, kind, histories)
    prices = {} if kind == "exchange" else await _prices(sources, protocol, amounts)
    peers, behind = got.results.get("peers", ((), ()))
    view = _view(protocol, slugs, histories, heard, kind, amounts, prices)
    return replace(view, peers=peers, parts=(*view.parts, *behind))


async def _prices(sources: Sequence[Source], protocol: str, amounts: Amounts) -> dict[str, Fact]:
    """Prices at the start, by column, for tokens that the history itself tells no price of."""
    bare = {
        column: asset.ticker
        for column, held in amounts.amounts.items()
        if first_price(held, amounts.values_usd[column]) is None and (asset := find(_token_of(column))) is not None
    }
    if not bare or not amounts.ts:
        return {}
    start = datetime.fromtimestamp(amounts.ts[0], tz=UTC)
    query = PastPricesQuery(assets=tuple(sorted(set(bare.values()))), instants=(start,))
    told_of = (await ask(sources, {"prices": ("past_prices", query)}, timeout_s=PRICES_S)).first("prices")
    if told_of is None:
        return {}
    facts = {
        row.asset: told_of.leaf(f"{protocol}.price_{row.asset.lower()}", row.price_usd, "USD", row.field, as_of=row.at)
        for row in told_of.value
    }
    return {column: facts[asset] for column, asset in bare.items() if asset in facts}


def kind_of(protocol: str, histories: Sequence[Sourced[ProtocolHistory]]) -> Kind:
    """What moves its amounts besides people: by the source's category of a version, else by our registry."""
    told_of = [_KINDS.get(one.value.category.lower()) for one in histories]
    known = next((kind for kind in told_of if kind is not None), None)
    registered = _KINDS.get(PROTOCOLS[protocol].does) if protocol in PROTOCOLS else None
    return known or registered or "other"


def _view(
    protocol: str, slugs: Sequence[str], histories: Sequence[Sourced[ProtocolHistory]], heard: Round, kind: Kind,
    amounts: Amounts, prices: Mapping[str, Fact],
) -> FlowView:  # fmt: skip
    name = PROTOCOLS[protocol].name if protocol in PROTOCOLS else histories[0].value.name or protocol
    parts: list[Fact] = []
    start, now, change, days = _locked(protocol, histories, parts)
    fees_24h = turnover_of(protocol, "fees_24h", "total_24h_usd", heard.first("fees"), slugs, parts)
    fees_7d = turnover_of(protocol, "fees_7d", "total_7d_usd", heard.first("fees"), slugs, parts)
    notices: list[Notice] = []
    flows: dict[str, Any] = _unknown_flow(protocol, "amounts change with every trade: not separable without events")
    if kind != "exchange":
        index = _index(protocol, kind, heard, amounts)
        if kind in ("staking", "lending") and not index.growth:
            notices.append(Notice(kind="earnings_in_flow", names={"protocol": name}))
        if kind == "lending" and not amounts.loans_told:
            notices.append(Notice(kind="loans_not_told", names={"protocol": name}))
        parts += [*amounts.facts, *index.facts, *{fact.id: fact for fact in prices.values()}.values()]
        flows = _flows(protocol, amounts, index, prices, parts, notices)
    return FlowView(
        protocol=protocol, name=name, kind=kind, days=days, start=start, tvl=now, tvl_change=change,
        fees_24h=fees_24h, fees_7d=fees_7d, parts=tuple(parts), notices=tuple(notices),
        failures=_failures(heard, histories), **flows,
    )  # fmt: skip


def _failures(heard: Round, histories: Sequence[Sourced[ProtocolHistory]]) -> tuple[SourceFailure, ...]:
    """Who failed; a source of rates that was not needed is not told."""
    return tuple(
        failure
        for failure in heard.failures
        if failure.source.partition(":")[2].startswith("history") or failure.source.endswith(":fees")
    )


# ---------------------------------------------------------------------------------------------------------- locked value


def _locked(
    protocol: str, histories: Sequence[Sourced[ProtocolHistory]], parts: list[Fact]
) -> tuple[Fact, Fact, Fact, Fact]:
    """Locked value at the start and now, its change in percent, and the days between."""
    starts: list[Fact] = []
    ends: list[Fact] = []
    for sourced in histories:
        series = sourced.value.tvl_usd
        if series:
            stem = f"{protocol}.{sourced.value.slug}"
            for facts, what, (ts, value) in ((starts, "tvl_start", series[0]), (ends, "tvl_now", series[-1])):
                at = datetime.fromtimestamp(ts, tz=UTC)
                facts.append(
                    sourced.leaf(f"{stem}.{what}", value, "USD", f"tvl[date={ts}].totalLiquidityUSD", as_of=at)
                )
    if not starts:
        why = "the source keeps no locked value of these days"
        return (
            unknown(f"{protocol}.tvl_start", "USD", why), unknown(f"{protocol}.tvl", "USD", why),
            unknown(f"{protocol}.tvl_change", "pct", why), unknown(f"{protocol}.days", "d", why),
        )  # fmt: skip
    parts += [*starts, *ends]
    start, now = total(f"{protocol}.tvl_start", starts, "USD"), total(f"{protocol}.tvl", ends, "USD")
    over = ratio(f"{protocol}.tvl_ratio", now, start, "locked value now over that of the start")
    parts.append(over)
    moved = None if over.value is None else (Decimal(str(over.value)) - 1) * 100
    change = derive(f"{protocol}.tvl_change", moved, "pct", (over,), "ratio less one", reason=over.reason)
    assert start.as_of is not None
    newest = max(fact.as_of for fact in ends if fact.as_of is not None)
    apart = round((newest - start.as_of).total_seconds() / 86_400)
    days = derive(f"{protocol}.days", apart, "d", (start, now), "from the first day to the last")
    return start, now, change, days


# -------------------------------------------------------------------------------------------------------------- amounts


def _amounts(protocol: str, kind: Kind, histories: Sequence[Sourced[ProtocolHistory]]) -> Amounts:
    """Deposits of all versions over the days that any has; a token of two versions is two columns."""
    days = tuple(sorted({day for one in histories for day in one.value.held.ts}))
    amounts: dict[str, tuple[Decimal | None, ...]] = {}
    values: dict[str, tuple[Decimal | None, ...]] = {}
    facts: list[Fact] = []
    loans_told = False
    for sourced in histories:
        history = sourced.value
        lent = history.borrowed if kind == "lending" else None
        loans_told = loans_told or bool(lent is not None and lent.amounts)
        held, worth = (
            _aligned(history.held, history.held.amounts, days),
            _aligned(history.held, history.held.values_usd, days),
        )
        facts += _columns(f"{protocol}.{history.slug}.held", sourced, history.held)
        if lent is not None and lent.amounts:
            facts += _columns(f"{protocol}.{history.slug}.lent", sourced, lent)
            out, out_worth = _aligned(lent, lent.amounts, days), _aligned(lent, lent.values_usd, days)
            held = {token: together(column, out[token]) if token in out else column for token, column in held.items()}
            worth = {
                token: together(column, out_worth[token]) if token in out_worth else column
                for token, column in worth.items()
            }
        for token, column in held.items():
            amounts[f"{history.slug} {token}"] = column
            values[f"{history.slug} {token}"] = worth.get(token, (None,) * len(days))
    return Amounts(ts=days, amounts=amounts, values_usd=values, facts=tuple(facts), loans_told=loans_told)


def _aligned(told: TokenDays, columns: Columns, days: Sequence[int]) -> dict[str, tuple[Decimal | None, ...]]:
    place = {day: number for number, day in enumerate(told.ts)}
    return {
        token: tuple(column[place[day]] if day in place else None for day in days) for token, column in columns.items()
    }


def _columns(stem: str, sourced: Sourced[Any], told: TokenDays) -> list[Fact]:
    """One fact for all amounts of one version, one for what they were worth."""
    facts = []
    for what, columns, field in (("amounts", told.amounts, told.field), ("values", told.values_usd, told.values_field)):
        digest = column_digest(
            {"ts": told.ts}
            | {name: [None if v is None else float(v) for v in column] for name, column in columns.items()}
        )
        fact = sourced.leaf(f"{stem}_{what}", len(told.ts), "count", field)
        facts.append(replace(fact, n=len(told.ts), sha256=digest))
    return facts


# ---------------------------------------------------------------------------------------------------------------- index


def _index(protocol: str, kind: Kind, heard: Round, amounts: Amounts) -> Index:
    """What each token's deposits grew by in a day, by the protocol's own rate where it tells one."""
    if kind == "staking":
        return _staking_index(protocol, heard, amounts)
    return _lending_index(protocol, heard, amounts) if kind == "lending" else Index()


def _token_of(column: str) -> str:
    return column.partition(" ")[2]


def _staking_index(protocol: str, heard: Round, amounts: Amounts) -> Index:
    """One rate for all that is staked of the asset it is about, wrapped or not."""
    for sourced in heard.answers.get("staking", ()):
        for row in sourced.value:
            if row.protocol == protocol and row.net_pct is not None:
                place = row.fields.get("net_pct", "net_pct")
                fact = sourced.leaf(f"{protocol}.staking_rate", row.net_pct, "pct", place, as_of=row.updated_at)
                growth = 1 + row.net_pct / 100 / 365
                names = {row.asset.upper(), "W" + row.asset.upper(), row.receipt.upper()}
                mine = {column: growth for column in amounts.amounts if _token_of(column).upper() in names}
                return Index(growth=mine or dict.fromkeys(amounts.amounts, growth), facts=(fact,))
    found = [
        (sourced, row)
        for sourced in heard.answers.get("pools", ())
        for row in sourced.value
        if row.protocol == protocol and row.base_pct is not None and not row.outlier and -50 < row.base_pct < 100
    ]
    if not found:
        return Index()
    sourced, row = max(found, key=lambda pair: pair[1].tvl_usd or Decimal(0))
    fact = sourced.leaf(f"{protocol}.staking_rate", row.base_pct, "pct", row.fields.get("base_pct", "base_pct"))
    return Index(growth=dict.fromkeys(amounts.amounts, growth_of_a_day(row.base_pct)), facts=(fact,))


def _lending_index(protocol: str, heard: Round, amounts: Amounts) -> Index:
    """A mean rate a token; tokens without one grow by nothing."""
    rates: dict[str, list[tuple[Decimal, Decimal]]] = {}
    facts: list[Fact] = []
    for label, field, size in (("markets", "supply_pct", "supplied"), ("pools", "base_pct", "tvl_usd")):
        for sourced in heard.answers.get(label, ()):
            mine = [row for row in sourced.value if row.protocol == protocol and _credible(getattr(row, field))]
            told_of: dict[str, list[float]] = {}
            for row in mine:
                weight = getattr(row, size) or Decimal(0)
                rates.setdefault(row.symbol.upper(), []).append((getattr(row, field), weight))
                told_of.setdefault(row.symbol, []).append(float(getattr(row, field)))
            if mine:
                place = mine[0].fields.get(field, field)
                fact = sourced.leaf(f"{protocol}.rates.{sourced.source}", len(mine), "count", f"{place} and others")
                facts.append(replace(fact, n=len(mine), sha256=column_digest(told_of)))
        if rates:
            break
    growth = {}
    for column in amounts.amounts:
        known = rates.get(_token_of(column).upper(), [])
        if known:
            growth[column] = growth_of_a_day(_weighted(known))
    return Index(growth=growth, facts=tuple(facts))


def _weighted(rates: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """The mean by what is supplied; the plain mean where no source tells that."""
    weight = sum((size for _, size in rates), Decimal(0))
    if not weight:
        return sum((rate for rate, _ in rates), Decimal(0)) / len(rates)
    return sum((rate * size for rate, size in rates), Decimal(0)) / weight


def _credible(rate: Decimal | None) -> bool:
    """A supply rate that a market can have; the rest are left out of the mean."""
    return rate is not None and 0 <= rate < 200


# ---------------------------------------------------------------------------------------------------------------- flows


def _unknown_flow(protocol: str, why: str) -> dict[str, Fact]:
    return {
        "net": unknown(f"{protocol}.net", "USD", why),
        "net_size": unknown(f"{protocol}.net_size", "USD", why),
        "net_share": unknown(f"{protocol}.net_share", "pct", why),
        "earned": unknown(f"{protocol}.earned", "USD", why),
    }


def _flows(
    protocol: str, amounts: Amounts, index: Index, told_prices: Mapping[str, Fact], parts: list[Fact], notices: list[Notice]
) -> dict[str, Any]:  # fmt: skip
    """The flow of all tokens together and by token, and its days, at the prices of the window's start."""
    one = Decimal(1)
    found = {
        name: flow(
            _token_of(name),
            column,
            amounts.values_usd[name],
            growth_a_day=index.growth.get(name, one),
            price_usd=Decimal(str(told_prices[name].value)) if name in told_prices else None,
        )
        for name, column in amounts.amounts.items()
    }
    priced = {name: token for name, token in found.items() if token is not None and token.net_usd is not None}
    if not priced:
        return _unknown_flow(protocol, "the source tells too few days of amounts with prices")
    parents = (*amounts.facts, *index.facts, *{fact.id: fact for fact in told_prices.values()}.values())
    unpriced = [token for token in found.values() if token is not None and token.net_usd is None and token.amount]
    if unpriced:
        n = derive(f"{protocol}.unpriced", len(unpriced), "count", amounts.facts, "tokens without a price on any day")
        notices.append(Notice(kind="tokens_unpriced", facts={"n": n}))
    how = "changes of amounts, less what the rate explains, x price at the window's start"
    net_usd = sum((token.net_usd for token in priced.values() if token.net_usd is not None), Decimal(0))
    net = derive(f"{protocol}.net", net_usd, "USD", parents, how)
    earned_usd = sum((token.earned * (token.price_usd or 0) for token in priced.values()), Decimal(0))
    held_usd = sum((_first(amounts.amounts[c]) * (token.price_usd or 0) for c, token in priced.items()), Decimal(0))
    held = derive(f"{protocol}.deposits_start", held_usd, "USD", parents, "amounts x price at the window's start")
    parts.append(held)
    prices = {name: token.price_usd for name, token in priced.items() if token.price_usd is not None}
    days = by_day_usd(amounts.amounts, prices, growth_a_day=index.growth, days=len(amounts.ts))
    series = SeriesData(
        name="net flow by day", unit="USD", ts=tuple(ts * 1000 for ts in amounts.ts[1:]),
        columns={"value": tuple(float(day) for day in days)},
    )  # fmt: skip
    drawn = derive(f"{protocol}.daily", len(days), "count", parents, how + ", day by day")
    digest = column_digest({"ts": series.ts, **series.columns})
    return {
        "net": net,
        "net_size": derive(f"{protocol}.net_size", abs(net_usd), "USD", (net,), "without its sign"),
        "net_share": _share(f"{protocol}.net_share", net, held),
        "earned": derive(
            f"{protocol}.earned", earned_usd, "USD", parents, "what the rate explains, at the same prices"
        ),
        "tokens": _tokens(protocol, priced, parents, how),
        "daily": series,
        "daily_column": replace(drawn, n=len(days), sha256=digest),
    }


def _first(column: Sequence[Decimal | None]) -> Decimal:
    return next((value for value in column if value is not None), Decimal(0))


def _share(fact_id: str, net: Fact, held: Fact) -> Fact:
    before, value = Decimal(str(held.value)), Decimal(str(net.value))
    share = value / before * 100 if before > 0 else None
    return derive(fact_id, share, "pct", (net, held), "net flow over deposits at the start",
                  reason=None if share is not None else "nothing was there at the start")  # fmt: skip


def _tokens(
    protocol: str, priced: Mapping[str, TokenFlow], parents: Sequence[Fact], how: str
) -> tuple[TokenFlowView, ...]:
    """The tokens that moved most, versions together; the token's name is the source's."""
    amounts: dict[str, Decimal] = {}
    dollars: dict[str, Decimal] = {}
    for token in priced.values():
        amounts[token.token] = amounts.get(token.token, Decimal(0)) + token.amount
        dollars[token.token] = dollars.get(token.token, Decimal(0)) + (token.net_usd or 0)
    largest = sorted((name for name in dollars if dollars[name]), key=lambda name: -abs(dollars[name]))[:MOST_TOKENS]
    changed = "change of the amount, less what the rate explains"
    views = []
    for number, name in enumerate(largest):
        stem = f"{protocol}.token{number}"
        label = replace(parents[0], id=f"{stem}.name", value=name, unit="text", n=None, sha256=None)
        views.append(
            TokenFlowView(
                token=label,
                amount=derive(f"{stem}.amount", amounts[name], "count", parents, changed),
                net=derive(f"{stem}.net", dollars[name], "USD", parents, how),
            )
        )  # fmt: skip
    return tuple(views)

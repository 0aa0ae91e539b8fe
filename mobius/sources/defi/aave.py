"""Aave v3: what its lending markets pay and ask, by its own GraphQL. Keyless; questions are posted.

Here: SPEC, rows, parse and fetch. One question brings every market of the chains asked about. Rates come as fractions and
leave as percent. Not here: v4, users' positions, the rates by reading its contracts.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import Struct

from mobius.core.assets import find
from mobius.core.errors import NoData, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.keeping import RATES
from mobius.core.ports import Http
from mobius.core.protocols import CHAINS, chain_of_id
from mobius.core.rate_needs import LendingMarketRow, LendingMarketsQuery
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.graphql import REFUSALS, data_of
from mobius.sources.outside import plain_text
from mobius.sources.quoted import quoted
from mobius.sources.reading import Figures, expect_ok, sourced

SPEC = SourceSpec(
    name="aave",
    title="Aave",
    kind="protocol",
    base_url="https://api.v3.aave.com",
    limits=Limits(per_minute=60, burst=4, concurrent=2, timeout_s=5.0),  # no stated limit
    needs=("lending_markets",),
    rights=Rights(attribution="Lending rates: Aave"),
    probe="/graphql",
    probe_body=b'{"query":"query{ health }"}',
    refusals=REFUSALS,
)
GRAPHQL = "/graphql"
SERVED = ("ethereum", "polygon", "arbitrum", "optimism", "base", "avalanche", "bsc", "gnosis")
"""Chains asked about when none is named; the provider leaves out those it has no market on."""
QUESTION = (
    "query($c:[ChainId!]!){ markets(request:{chainIds:$c}){ name address chain{chainId name} totalMarketSize "
    "totalAvailableLiquidity supplyReserves{ underlyingToken{symbol address decimals} isFrozen isPaused "
    "supplyInfo{apy{value} maxLTV{value} liquidationThreshold{value} canBeCollateral} "
    "borrowInfo{apy{value} utilizationRate{value} availableLiquidity{usd}} } } }"
)
_LONGEST = 60


class _Percent(Struct, frozen=True):
    value: str | None = None
    """A fraction: "0.0321" is 3.21 %."""


class _Worth(Struct, frozen=True):
    usd: str | None = None


class _Token(Struct, frozen=True):
    symbol: str
    address: str = ""


class _Supply(Struct, frozen=True, rename="camel"):
    apy: _Percent | None = None
    max_ltv: _Percent | None = msgspec.field(name="maxLTV", default=None)
    liquidation_threshold: _Percent | None = None
    can_be_collateral: bool | None = None


class _Borrow(Struct, frozen=True, rename="camel"):
    apy: _Percent | None = None
    utilization_rate: _Percent | None = None
    available_liquidity: _Worth | None = None


class _Reserve(Struct, frozen=True, rename="camel"):
    underlying_token: _Token
    is_frozen: bool | None = None
    is_paused: bool | None = None
    supply_info: _Supply | None = None
    borrow_info: _Borrow | None = None


class _Chain(Struct, frozen=True, rename="camel"):
    chain_id: int


class _Market(Struct, frozen=True, rename="camel"):
    name: str
    chain: _Chain
    supply_reserves: tuple[_Reserve, ...] = ()


class _Data(Struct, frozen=True):
    markets: tuple[_Market, ...] | None = None


def parse_markets(body: bytes) -> tuple[LendingMarketRow, ...]:
    """Every reserve of every market on a chain of ours, in the provider's order."""
    data = data_of(body, _Data, SPEC)
    if data is None or data.markets is None:
        raise SourceChanged(SPEC.name, "no list of markets", path="$.data.markets")
    rows = []
    for m, market in enumerate(data.markets):
        chain = chain_of_id(market.chain.chain_id)
        if chain is not None:
            rows += [_row(f"data.markets[{m}].supplyReserves[{r}]", market.name, chain.slug, reserve)
                     for r, reserve in enumerate(market.supply_reserves)]  # fmt: skip
    return tuple(rows)


def _row(place: str, market: str, chain: str, reserve: _Reserve) -> LendingMarketRow:
    supply, borrow = reserve.supply_info or _Supply(), reserve.borrow_info or _Borrow()
    read, token = Figures(SPEC.name, place, {}), reserve.underlying_token
    asset = find(token.symbol)

    def percent(name: str, part: _Percent | None, at: str) -> Decimal | None:
        fraction = quoted(None if part is None else part.value)
        return read.amount(name, None if fraction is None else fraction * 100, f"{at}.value x 100")

    left = borrow.available_liquidity
    return LendingMarketRow(
        protocol="aave",
        chain=chain,
        market=plain_text(market, _LONGEST),
        symbol=plain_text(token.symbol, _LONGEST),
        asset=None if asset is None else asset.ticker,
        token=token.address.lower(),
        supply_pct=percent("supply_pct", supply.apy, "supplyInfo.apy"),
        borrow_pct=percent("borrow_pct", borrow.apy, "borrowInfo.apy"),
        utilisation_pct=percent("utilisation_pct", borrow.utilization_rate, "borrowInfo.utilizationRate"),
        available_usd=read.amount(
            "available_usd", quoted(None if left is None else left.usd), "borrowInfo.availableLiquidity.usd"
        ),
        max_ltv_pct=percent("max_ltv_pct", supply.max_ltv, "supplyInfo.maxLTV"),
        liquidation_pct=percent("liquidation_pct", supply.liquidation_threshold, "supplyInfo.liquidationThreshold"),
        collateral=supply.can_be_collateral,
        open=not (reserve.is_frozen or reserve.is_paused),
        fields=read.fields,
    )


async def lending_markets(query: LendingMarketsQuery, http: Http) -> Sourced[tuple[LendingMarketRow, ...]]:
    """Markets on the chains asked about. Raises NoData when it has none there."""
    chains = [slug for slug in query.chains or SERVED if slug in CHAINS and CHAINS[slug].chain_id is not None]
    rows: tuple[LendingMarketRow, ...] = ()
    if chains:
        ids = sorted(CHAINS[slug].chain_id or 0 for slug in chains)
        question = msgspec.json.encode({"query": QUESTION, "variables": {"c": ids}})
        reply = await http.post(GRAPHQL, question, keep=RATES)
        expect_ok(reply, SPEC.name)
        rows = tuple(row for row in parse_markets(reply.body) if row.chain in chains)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} has no market on {', '.join(query.chains) or 'any chain here'}.")
    return sourced(rows, SPEC.name, f"{GRAPHQL}?markets=chainIds:{','.join(map(str, ids))}", [reply])


OFFERS = {"lending_markets": lending_markets}

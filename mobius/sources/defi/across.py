"""Across: what its bridge takes for an amount, and how soon it arrives. Keyless.

Here: SPEC, rows, parse and fetch of suggested fees. The fee is told as a share of the amount written as a whole number of
1e18ths, and in the token's smallest units. Not here: sending anything (nothing here can), who else quotes (lifi).
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from mobius.core.errors import NoData, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.keeping import QUOTE
from mobius.core.ports import Http
from mobius.core.protocol_needs import RouteQuery, RouteRow
from mobius.core.protocols import CHAINS
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.bridged import Token, token_on
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="across",
    title="Across",
    kind="protocol",
    base_url="https://app.across.to/api",
    limits=Limits(per_minute=60, burst=5, concurrent=2, timeout_s=5.0),
    needs=("route_quote",),
    rights=Rights(attribution="Bridge fees: Across"),
    probe="/limits?originChainId=1&destinationChainId=8453&inputToken=0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
    "&outputToken=0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
)
FEES = "/suggested-fees"


class _Fee(Struct, frozen=True):
    total: Decimal | None = None


class _Fees(Struct, frozen=True):
    totalRelayFee: _Fee  # noqa: N815
    estimatedFillTimeSec: Decimal | None = None  # noqa: N815
    isAmountTooLow: bool = False  # noqa: N815


def parse_fees(body: bytes, query: RouteQuery, token: Token) -> RouteRow:
    """What arrives after all of its fees, which are taken out of the amount. Raises NoData for an amount too small."""
    raw = decode(body, _Fees, SPEC.name)
    if raw.isAmountTooLow:
        raise NoData(SPEC.name, f"{SPEC.title} does not carry so little.")
    read = Figures(SPEC.name, "", {})
    fee = read.signed("received", raw.totalRelayFee.total, "totalRelayFee.total")
    if fee is None:
        raise SourceChanged(SPEC.name, "a quote without its fee", path="$.totalRelayFee.total")
    received = query.amount - fee.scaleb(-token.decimals)
    if received <= 0:
        raise NoData(SPEC.name, f"{SPEC.title} would take all of it.")
    read.fields["route"] = "totalRelayFee"
    return RouteRow(
        route=SPEC.title,
        sent=query.amount,
        received=received,
        duration_s=read.amount("duration_s", raw.estimatedFillTimeSec, "estimatedFillTimeSec"),
        fields=read.fields,
    )


def _wrapped(asset: str, chain: str) -> Token | None:
    """Across carries ether as its wrapped token."""
    return token_on("WETH" if asset == "ETH" else asset, chain)


async def route_quote(query: RouteQuery, http: Http) -> Sourced[tuple[RouteRow, ...]]:
    """Its own quote. Raises NoData for chains, tokens and amounts that it does not carry."""
    start, end = _wrapped(query.asset, query.from_chain), _wrapped(query.asset, query.to_chain)
    if start is None or end is None or query.from_chain == query.to_chain:
        raise NoData(SPEC.name, f"No route of {query.asset} is asked for between these chains.")
    params = {
        "inputToken": start.address, "outputToken": end.address,
        "originChainId": str(CHAINS[query.from_chain].chain_id),
        "destinationChainId": str(CHAINS[query.to_chain].chain_id),
        "amount": f"{query.amount.scaleb(start.decimals):.0f}",
    }  # fmt: skip
    reply = await http.get(FEES, params, keep=QUOTE)
    if reply.status in (400, 404, 422):
        raise NoData(SPEC.name, f"{SPEC.title} does not carry this.")
    expect_ok(reply, SPEC.name)
    return sourced((parse_fees(reply.body, query, start),), SPEC.name, endpoint(FEES, params), [reply])


OFFERS = {"route_quote": route_quote}

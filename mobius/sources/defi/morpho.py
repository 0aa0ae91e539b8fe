"""Morpho: what its vaults pay, by its GraphQL. Keyless; questions are posted.

Here: SPEC, rows, parse and fetch. One question brings the largest vaults of the chains asked about. The net APY is after the
curator's fee, a fraction that leaves as percent. Not here: single markets, users' positions, who curates a vault.
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
from mobius.core.rate_needs import VaultRow, VaultsQuery
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.graphql import REFUSALS, data_of
from mobius.sources.outside import plain_text
from mobius.sources.reading import Figures, expect_ok, sourced

SPEC = SourceSpec(
    name="morpho",
    title="Morpho",
    kind="protocol",
    base_url="https://api.morpho.org",
    limits=Limits(per_minute=60, burst=4, concurrent=2, timeout_s=5.0),
    needs=("vaults",),
    rights=Rights(attribution="Vaults: Morpho"),
    probe="/graphql",
    probe_body=b'{"query":"query{ __typename }"}',
    refusals=REFUSALS,
)
GRAPHQL = "/graphql"
SERVED = ("ethereum", "base", "arbitrum", "polygon", "optimism", "unichain")
QUESTION = (
    "query($c:[Int!]!){ vaults(first:200, orderBy:TotalAssetsUsd, orderDirection:Desc, where:{chainId_in:$c, listed:true}){ "
    "items{ address name symbol chain{id} asset{symbol address} state{netApy totalAssetsUsd} } } }"
)
"""The 200 largest of those that Morpho itself lists: anybody can make a vault."""
_LONGEST = 60


class _Chain(Struct, frozen=True):
    id: int


class _Asset(Struct, frozen=True):
    symbol: str = ""
    address: str = ""


class _State(Struct, frozen=True, rename="camel"):
    net_apy: Decimal | None = None
    """A fraction: 0.0321 is 3.21 %."""
    total_assets_usd: Decimal | None = None


class _Vault(Struct, frozen=True):
    address: str
    name: str | None = None
    symbol: str | None = None
    chain: _Chain | None = None
    asset: _Asset | None = None
    state: _State | None = None


class _Page(Struct, frozen=True):
    items: tuple[_Vault, ...] | None = None


class _Data(Struct, frozen=True):
    vaults: _Page | None = None


def parse_vaults(body: bytes) -> tuple[VaultRow, ...]:
    """Vaults on chains of ours, in the provider's order."""
    data = data_of(body, _Data, SPEC)
    page = None if data is None else data.vaults
    if page is None or page.items is None:
        raise SourceChanged(SPEC.name, "no list of vaults", path="$.data.vaults.items")
    rows = []
    for number, vault in enumerate(page.items):
        chain = None if vault.chain is None else chain_of_id(vault.chain.id)
        if chain is not None:
            rows.append(_row(f"data.vaults.items[{number}]", vault, chain.slug))
    return tuple(rows)


def _row(place: str, vault: _Vault, chain: str) -> VaultRow:
    read, asset, state = Figures(SPEC.name, place, {}), vault.asset or _Asset(), vault.state or _State()
    known = find(asset.symbol) if asset.symbol else None
    net = None if state.net_apy is None else state.net_apy * 100
    return VaultRow(
        protocol="morpho",
        chain=chain,
        address=vault.address.lower(),
        name=plain_text(vault.name, _LONGEST),
        symbol=plain_text(vault.symbol, _LONGEST),
        asset=None if known is None else known.ticker,
        token=asset.address.lower(),
        net_pct=read.signed("net_pct", net, "state.netApy x 100"),
        tvl_usd=read.amount("tvl_usd", state.total_assets_usd, "state.totalAssetsUsd"),
        fields=read.fields,
    )


async def vaults(query: VaultsQuery, http: Http) -> Sourced[tuple[VaultRow, ...]]:
    """Vaults on the chains asked about. Raises NoData where it has none."""
    chains = [chain for chain in query.chains or SERVED if chain in SERVED]
    ids = sorted(CHAINS[chain].chain_id or 0 for chain in chains)
    rows: tuple[VaultRow, ...] = ()
    if ids:
        question = msgspec.json.encode({"query": QUESTION, "variables": {"c": ids}})
        reply = await http.post(GRAPHQL, question, keep=RATES)
        expect_ok(reply, SPEC.name)
        rows = tuple(row for row in parse_vaults(reply.body) if row.chain in chains)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} has no vaults on {', '.join(query.chains) or 'any chain here'}.")
    return sourced(rows, SPEC.name, f"{GRAPHQL}?vaults=chainIds:{','.join(map(str, ids))}", [reply])


OFFERS = {"vaults": vaults}

"""Yearn v3: what its vaults paid, by its data service Kong (GraphQL). Keyless; questions are posted, a chain each.

Here: SPEC, rows, parse and fetch. Rates are net of fees, fractions that leave as percent; null for a vault too young to have
one. Not here: version 2, strategies inside a vault, fees (their unit is not documented).
"""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import Struct

from mobius.core.assets import find
from mobius.core.errors import NoData, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.keeping import RATES
from mobius.core.ports import Http, Reply
from mobius.core.protocols import CHAINS
from mobius.core.rate_needs import VaultRow, VaultsQuery
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.asking import ask_each
from mobius.sources.graphql import REFUSALS, data_of
from mobius.sources.outside import plain_text
from mobius.sources.reading import Figures, expect_ok, sourced

SPEC = SourceSpec(
    name="yearn",
    title="Yearn",
    kind="protocol",
    base_url="https://kong.yearn.fi",
    limits=Limits(per_minute=60, burst=6, concurrent=3, timeout_s=5.0),
    needs=("vaults",),
    rights=Rights(attribution="Vaults: Yearn"),
    probe="/api/gql",
    probe_body=b'{"query":"query{ __typename }"}',
    refusals=REFUSALS,
)
GQL = "/api/gql"
SERVED = ("ethereum", "optimism", "gnosis", "polygon", "sonic", "base", "arbitrum")
"""Chains it documents, of ours; when none is named, the first and the largest others are asked."""
ASKED = ("ethereum", "base", "arbitrum", "polygon")
_LONGEST = 60


class _Asset(Struct, frozen=True):
    symbol: str = ""
    address: str = ""


class _Tvl(Struct, frozen=True):
    close: Decimal | None = None


class _Apy(Struct, frozen=True, rename="camel"):
    """Fractions: 0.0321 is 3.21 %."""

    net: Decimal | None = None
    weekly_net: Decimal | None = None
    monthly_net: Decimal | None = None


class _Vault(Struct, frozen=True):
    address: str
    name: str | None = None
    symbol: str | None = None
    asset: _Asset | None = None
    tvl: _Tvl | None = None
    apy: _Apy | None = None


class _Data(Struct, frozen=True):
    vaults: tuple[_Vault, ...] | None = None


def question(chain: str) -> bytes:
    chain_id = CHAINS[chain].chain_id
    return msgspec.json.encode(
        {
            "query": f"query{{ vaults(chainId:{chain_id}, v3:true, yearn:true){{ address name symbol apiVersion "
            "asset{symbol address decimals} tvl{close} apy{net weeklyNet monthlyNet inceptionNet} } }"
        }
    )


def parse_vaults(body: bytes, chain: str) -> tuple[VaultRow, ...]:
    """Vaults of one chain, in the provider's order."""
    data = data_of(body, _Data, SPEC)
    if data is None or data.vaults is None:
        raise SourceChanged(SPEC.name, "no list of vaults", path="$.data.vaults")
    return tuple(_row(f"data.vaults[{n}]", vault, chain) for n, vault in enumerate(data.vaults))


def _row(place: str, vault: _Vault, chain: str) -> VaultRow:
    read, asset, apy = Figures(SPEC.name, place, {}), vault.asset or _Asset(), vault.apy or _Apy()
    known = find(asset.symbol) if asset.symbol else None

    def percent(name: str, fraction: Decimal | None, at: str) -> Decimal | None:
        return read.signed(name, None if fraction is None else fraction * 100, f"apy.{at} x 100")

    return VaultRow(
        protocol="yearn",
        chain=chain,
        address=vault.address.lower(),
        name=plain_text(vault.name, _LONGEST),
        symbol=plain_text(vault.symbol, _LONGEST),
        asset=None if known is None else known.ticker,
        token=asset.address.lower(),
        net_pct=percent("net_pct", apy.net, "net"),
        weekly_pct=percent("weekly_pct", apy.weekly_net, "weeklyNet"),
        monthly_pct=percent("monthly_pct", apy.monthly_net, "monthlyNet"),
        tvl_usd=read.amount("tvl_usd", None if vault.tvl is None else vault.tvl.close, "tvl.close"),
        fields=read.fields,
    )


async def vaults(query: VaultsQuery, http: Http) -> Sourced[tuple[VaultRow, ...]]:
    """Vaults on the chains asked about. Raises NoData where it has none."""
    chains = [chain for chain in query.chains or ASKED if chain in SERVED]

    async def ask(chain: str) -> Reply:
        reply = await http.post(GQL, question(chain), keep=RATES)
        expect_ok(reply, SPEC.name)
        return reply

    replies = await ask_each(chains, ask)
    rows = tuple(row for chain, reply in replies.items() for row in parse_vaults(reply.body, chain))
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} has no vaults on {', '.join(query.chains) or 'any chain here'}.")
    return sourced(rows, SPEC.name, f"{GQL}?vaults=chains:{','.join(replies)}", list(replies.values()))


OFFERS = {"vaults": vaults}

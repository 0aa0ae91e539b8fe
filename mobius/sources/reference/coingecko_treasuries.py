"""CoinGecko's lists of companies and governments that hold an asset. Keyless, or with a Demo key.

Here: SPEC, rows, parse, fetch. Not here: prices and market values of the same provider (market.coingecko).
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.keeping import DAILY
from mobius.core.ports import Http, Reply
from mobius.core.record_needs import Treasuries, TreasuriesQuery, Treasury
from mobius.core.sources import KeySpec, Limits, Rights, SourceSpec
from mobius.sources.outside import plain_text
from mobius.sources.reading import Figures, decode, expect_ok, sourced

SPEC = SourceSpec(
    name="coingecko_treasuries",
    title="CoinGecko treasuries",
    kind="aggregator",
    base_url="https://api.coingecko.com/api/v3",
    limits=Limits(per_minute=10, burst=4, concurrent=2, timeout_s=4.0),
    needs=("treasuries",),
    rights=Rights(attribution="Data: CoinGecko (coingecko.com)"),
    key=KeySpec(
        setting="MOBIUS_COINGECKO_KEY",
        header="x-cg-demo-api-key",
        adds="lists of holders where they are refused without a key",
    ),
    probe="/companies/public_treasury/bitcoin",
    refusals=(b'{"status":{"error_code"', b'{"error"'),
)
MOST = 60


class _Holder(Struct, frozen=True):
    name: str
    symbol: str | None = None
    country: str | None = None
    total_holdings: Decimal | None = None
    total_current_value_usd: Decimal | None = None


class _Holders(Struct, frozen=True):
    total_holdings: Decimal | None = None
    total_value_usd: Decimal | None = None
    market_cap_dominance: Decimal | None = None
    companies: tuple[_Holder, ...] = ()
    governments: tuple[_Holder, ...] = ()


def _expect_ok(reply: Reply) -> None:
    refused = reply.body.lstrip().startswith(SPEC.refusals)
    if reply.status in (401, 403) or (reply.status == 200 and refused):
        hint = "Set MOBIUS_COINGECKO_KEY to a Demo key."
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} refuses the request.", hint=hint)
    expect_ok(reply, SPEC.name)


def parse_treasuries(body: bytes, query: TreasuriesQuery) -> Treasuries:
    """Totals and holders, the largest first."""
    reply = decode(body, _Holders, SPEC.name)
    read = Figures(SPEC.name, "")
    share = read.amount("share_pct", reply.market_cap_dominance, "market_cap_dominance")
    if share is not None and share > 100:
        raise SourceChanged(SPEC.name, "a share over 100 %", path="$.market_cap_dominance")
    holders: tuple[_Holder, ...] = getattr(reply, query.holder)
    rows = [_row(holder, f"{query.holder}[{n}]") for n, holder in enumerate(holders)]
    rows.sort(key=lambda row: row.holdings or Decimal(0), reverse=True)
    return Treasuries(
        holdings=read.amount("holdings", reply.total_holdings, "total_holdings"),
        value_usd=read.amount("value_usd", reply.total_value_usd, "total_value_usd"),
        share_pct=share,
        rows=tuple(rows[:MOST]),
        fields=read.fields,
    )


def _row(holder: _Holder, place: str) -> Treasury:
    read = Figures(SPEC.name, place, {"name": f"{place}.name"})
    return Treasury(
        name=plain_text(holder.name, 60),
        symbol=plain_text(holder.symbol, 20),
        country=plain_text(holder.country, 20),
        holdings=read.amount("holdings", holder.total_holdings, "total_holdings"),
        value_usd=read.amount("value_usd", holder.total_current_value_usd, "total_current_value_usd"),
        fields=read.fields,
    )


async def treasuries(query: TreasuriesQuery, http: Http) -> Sourced[Treasuries]:
    """Raises NoData for an asset CoinGecko keeps no such list of."""
    asset = ASSETS.get(query.asset)
    coin = asset.ids.get("coingecko") if asset is not None else None
    if coin is None:
        raise NoData(SPEC.name, f"{SPEC.title} keeps no list of who holds {query.asset}.")
    path = f"/{query.holder}/public_treasury/{coin}"
    reply = await http.get(path, keep=DAILY)
    _expect_ok(reply)
    value = parse_treasuries(reply.body, query)
    if not value.rows:
        raise NoData(SPEC.name, f"{SPEC.title} lists nobody who holds {query.asset}.")
    return sourced(value, SPEC.name, path, [reply])


OFFERS = {"treasuries": treasuries}

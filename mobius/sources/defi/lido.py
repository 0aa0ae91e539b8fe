"""Lido: what staked ether earned, by Lido's own figure. Keyless.

Here: SPEC, rows, parse and fetch. `smaApr` is the mean of the last days' APR, in percent and after Lido's fee. Rocket Pool
documents no interface of its own: its rate comes from DefiLlama (defillama_yields). Not here: the withdrawal queue.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from msgspec import Struct

from mobius.core.errors import NoData, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.keeping import RATES
from mobius.core.ports import Http
from mobius.core.rate_needs import StakingRateQuery, StakingRateRow
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.reading import Figures, decode, expect_ok, sourced

SPEC = SourceSpec(
    name="lido",
    title="Lido",
    kind="protocol",
    base_url="https://eth-api.lido.fi",
    limits=Limits(per_minute=60, burst=4, concurrent=2, timeout_s=4.0),
    needs=("staking_rate",),
    rights=Rights(attribution="Staking rate: Lido"),
    probe="/v1/protocol/steth/apr/sma",
)
SMA = "/v1/protocol/steth/apr/sma"
_LAST_S = 253_402_300_799


class _Apr(Struct, frozen=True, rename="camel"):
    time_unix: int | None = None
    apr: Decimal | None = None


class _Data(Struct, frozen=True, rename="camel"):
    aprs: tuple[_Apr, ...] = ()
    sma_apr: Decimal | None = None


class _Reply(Struct, frozen=True):
    data: _Data | None = None


def parse_staking(body: bytes) -> tuple[StakingRateRow, ...]:
    """The one rate there is."""
    data = decode(body, _Reply, SPEC.name).data
    if data is None:
        raise SourceChanged(SPEC.name, "no figures", path="$.data")
    read = Figures(SPEC.name, "data", {})
    last_s = max((day.time_unix for day in data.aprs if day.time_unix is not None), default=0)
    return (
        StakingRateRow(
            protocol="lido",
            asset="ETH",
            receipt="stETH",
            net_pct=read.signed("net_pct", data.sma_apr, "smaApr"),
            days=len(data.aprs) or None,
            updated_at=datetime.fromtimestamp(last_s, tz=UTC) if 0 < last_s < _LAST_S else None,
            fields=read.fields,
        ),
    )


async def staking_rate(query: StakingRateQuery, http: Http) -> Sourced[tuple[StakingRateRow, ...]]:
    """Lido's rate. Raises NoData when another asset is asked about."""
    if "ETH" not in query.assets:
        raise NoData(SPEC.name, f"{SPEC.title} stakes ether, not {', '.join(query.assets)}.")
    reply = await http.get(SMA, keep=RATES)
    expect_ok(reply, SPEC.name)
    return sourced(parse_staking(reply.body), SPEC.name, SMA, [reply])


OFFERS = {"staking_rate": staking_rate}

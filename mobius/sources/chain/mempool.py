"""mempool.space: what a place in one of Bitcoin's next blocks costs, and the newest height. Keyless.

Here: SPEC, rows, parse and fetch. Fees are whole or broken satoshis a virtual byte. Not here: addresses, what a transfer weighs
(desk).
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from msgspec import Struct

from mobius.core.chain_needs import BitcoinFees, BitcoinFeesQuery
from mobius.core.errors import MobiusError, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.gather import gather
from mobius.core.keeping import GAS
from mobius.core.ports import Http
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.reading import Figures, decode, expect_ok, sourced

SPEC = SourceSpec(
    name="mempool",
    title="mempool.space",
    kind="chain",
    base_url="https://mempool.space/api",
    limits=Limits(per_minute=60, burst=5, concurrent=2, timeout_s=4.0),
    needs=("bitcoin_fees",),
    rights=Rights(attribution="Bitcoin fees: mempool.space", may_share=True),
    chain="bitcoin",
    probe="/v1/fees/recommended",
)
FEES, HEIGHT = "/v1/fees/recommended", "/blocks/tip/height"
_MOST = Decimal(100_000)  # the dearest block ever asked some 2,500


class _Fees(Struct, frozen=True, rename="camel"):
    fastest_fee: Decimal
    half_hour_fee: Decimal
    hour_fee: Decimal
    economy_fee: Decimal
    minimum_fee: Decimal


def parse_fees(body: bytes, height: int | None = None) -> BitcoinFees:
    row = decode(body, _Fees, SPEC.name)
    read = Figures(SPEC.name, "", {})

    def fee(name: str, value: Decimal, at: str) -> Decimal:
        figure = read.amount(name, value, at)
        if figure is None or figure > _MOST:
            raise SourceChanged(SPEC.name, "not a fee", path=f"$.{at}")
        return figure

    return BitcoinFees(
        fastest=fee("fastest", row.fastest_fee, "fastestFee"),
        half_hour=fee("half_hour", row.half_hour_fee, "halfHourFee"),
        hour=fee("hour", row.hour_fee, "hourFee"),
        economy=fee("economy", row.economy_fee, "economyFee"),
        minimum=fee("minimum", row.minimum_fee, "minimumFee"),
        height=height,
        fields=read.fields,
    )


def parse_height(body: bytes) -> int:
    height = decode(body, int, SPEC.name)
    if not 0 <= height < 100_000_000:
        raise SourceChanged(SPEC.name, "not a height")
    return height


async def bitcoin_fees(query: BitcoinFeesQuery, http: Http) -> Sourced[BitcoinFees]:
    """Fees for the next blocks; the height is left out where it is not told."""
    got = await gather({path: partial(http.get, path, keep=GAS) for path in (FEES, HEIGHT)})
    for path, error in got.failures.items():
        if path == FEES or not isinstance(error, MobiusError):
            raise error
    reply, tip = got.results[FEES], got.results.get(HEIGHT)
    expect_ok(reply, SPEC.name)
    height = parse_height(tip.body) if tip is not None and tip.status == 200 else None
    return sourced(parse_fees(reply.body, height), SPEC.name, FEES, [reply])


OFFERS = {"bitcoin_fees": bitcoin_fees}

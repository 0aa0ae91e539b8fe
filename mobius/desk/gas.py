"""What networks charge now. Here: the fees of chains, and what a transfer and a swap come to. Not here: asking nodes (sources).

A cost is gas units x (base fee of the next block + the median of what recent transactions paid above it), and on a rollup what
it charges to publish the data. Gas units are those of usual transactions: 21,000 for a transfer (the protocol fixes it), about
65,000 for an ERC-20 transfer, about 150,000 for a swap in one pool.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Any

from msgspec import Struct

from mobius.core.chain_needs import BitcoinFees, BitcoinFeesQuery, DataFee, DataFeeQuery, FeeHistory, FeeHistoryQuery
from mobius.core.chain_views import ActionCost, BitcoinFeesView, ChainFees, GasView
from mobius.core.errors import NoData, SourceUnavailable
from mobius.core.facts import Fact, Sourced, derive, echo, unknown
from mobius.core.gather import Gathered, gather
from mobius.core.market_views import PriceView
from mobius.core.needs import Source
from mobius.core.notices import SourceFailure
from mobius.core.protocols import CHAINS
from mobius.desk.failures import failures_of, told
from mobius.desk.parents import ancestry

GAS_UNITS: Mapping[str, int] = {"transfer": 21_000, "token_transfer": 65_000, "swap": 150_000}
"""Usual gas of each action."""
PAYMENT_VBYTES = 141
"""A payment of one input and two outputs with native SegWit."""
PERCENTILES = (10, 50, 90)
_SAMPLES: Mapping[str, tuple[int, int]] = {"transfer": (60, 0), "token_transfer": (80, 45), "swap": (180, 220)}
"""Unsigned transactions as rollups publish them: bytes that cannot be squeezed (amounts, addresses), and zeros among them."""
TIMEOUT_S = 3.5
"""How long nodes and prices are waited for: what is slower costs its own figures, and leaves time to word the rest."""
_PRICES = "prices"

Prices = Callable[[tuple[str, ...]], Awaitable[tuple[PriceView, ...]]]


class _Priced(Struct, frozen=True):
    """A coin's price in dollars, and what it was derived from."""

    price: Fact
    parts: tuple[Fact, ...]


async def live_gas(sources: Sequence[Source], chains: tuple[str, ...], prices: Prices) -> GasView:
    """Fees of each chain that a source serves; the rest are named. Raises NoData when there is none at all."""
    source_of = {source.spec.chain: source for source in sources if source.spec.chain is not None}
    served = tuple(chain for chain in chains if chain in source_of)
    unserved = tuple(chain for chain in chains if chain not in source_of)
    if not served:
        raise NoData(
            "chains", f"No source here tells the fees of {', '.join(CHAINS[chain].name for chain in unserved)}.",
            hint=f"There are those of {', '.join(sorted(CHAINS[c].name for c in source_of if c in CHAINS))}.",
        )  # fmt: skip
    jobs: dict[str, Callable[[], Awaitable[Any]]] = {}
    for chain in served:
        jobs |= _jobs(source_of[chain], chain)
    jobs[_PRICES] = partial(prices, tuple(dict.fromkeys(CHAINS[chain].gas for chain in served)))
    got = await gather(jobs, limit=len(jobs), timeout_s=TIMEOUT_S)
    priced = {
        view.asset: _Priced(view.price, ancestry(view.price, view.parts)) for view in got.results.get(_PRICES, ())
    }
    failures = _failures(got)
    views, parts = [], [echo(f"gas.units.{name}", n, "gas", name, stated=False) for name, n in GAS_UNITS.items()]
    units = {fact.id.rpartition(".")[2]: fact for fact in parts}
    for chain in served:
        fees = got.results.get(f"{source_of[chain].spec.name}:fee_history")
        if fees is not None:
            data = got.results.get(f"{source_of[chain].spec.name}:data_fee")
            rollup = "data_fee" in source_of[chain].offers
            views.append(_chain(chain, fees, data, priced.get(CHAINS[chain].gas), units, parts, rollup=rollup))
    bitcoin = next((_bitcoin(value, priced.get("BTC"), parts) for key, value in got.results.items()
                    if key.endswith(":bitcoin_fees")), None)  # fmt: skip
    if not views and bitcoin is None:
        _give_up(got, failures, sources, served)
    heard = {view.chain for view in views} | ({"bitcoin"} if bitcoin is not None else set())
    used = {CHAINS[chain].gas for chain in heard}
    parts += [part for coin, one in priced.items() if coin in used for part in (one.price, *one.parts)]
    return GasView(
        chains=tuple(views), bitcoin=bitcoin, unserved=unserved,
        silent=tuple(chain for chain in served if chain not in heard), parts=tuple(parts), failures=failures,
    )  # fmt: skip


def _jobs(source: Source, chain: str) -> dict[str, Callable[[], Awaitable[Any]]]:
    queries: dict[str, Any] = {
        "fee_history": FeeHistoryQuery(chain=chain, percentiles=PERCENTILES),
        "data_fee": DataFeeQuery(chain=chain, transactions=tuple(sample(name) for name in _SAMPLES)),
        "bitcoin_fees": BitcoinFeesQuery(),
    }
    return {
        f"{source.spec.name}:{need}": partial(fetch, queries[need], source.http)
        for need, fetch in source.offers.items()
        if need in queries
    }


def sample(action: str) -> bytes:
    """A made-up transaction, as long and as hard to squeeze as a usual one of `action`."""
    noise, zeros = _SAMPLES[action]
    drawn = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(noise // 32 + 1))[:noise]
    return drawn[: noise // 2] + bytes(zeros) + drawn[noise // 2 :]


def _failures(got: Gathered[Any]) -> tuple[SourceFailure, ...]:
    """One row a source; what is missing beside fees (a price, a data fee) is said where it is missing."""
    rows = [failure for failure in failures_of(got) if failure.source.endswith((":fee_history", ":bitcoin_fees"))]
    return tuple(SourceFailure(source=row.source.partition(":")[0], kind=row.kind, message=row.message) for row in rows)


def _give_up(
    got: Gathered[Any], failures: tuple[SourceFailure, ...], sources: Sequence[Source], chains: Sequence[str]
) -> None:
    """Raise what the only provider said of itself as it stands, else one sentence about all."""
    errors = [error for key, error in got.failures.items() if not key.endswith((_PRICES, ":data_fee"))]
    if len(errors) == 1 and isinstance(errors[0], SourceUnavailable):
        raise errors[0]
    said = told(failures, sources) or "they do not know the question"
    names = " and ".join(CHAINS[chain].name for chain in chains)
    raise NoData(
        "chains", f"No source told the fees of {names}: {said}.", hint="`mobius doctor` shows which sources answer."
    )


# ------------------------------------------------------------------------------------------------------------ EVM chains


def _chain(
    chain: str, fees: Sourced[FeeHistory], data: Sourced[tuple[DataFee, ...]] | None, priced: _Priced | None,
    units: Mapping[str, Fact], parts: list[Fact], *, rollup: bool,
) -> ChainFees:  # fmt: skip
    stem, row, gas = f"gas.{chain}", fees.value, CHAINS[chain].gas
    base_wei = fees.leaf(f"{stem}.base_fee_wei", row.base_fee_wei, "wei", row.fields["base_fee_wei"])
    base = _gwei(f"{stem}.base_fee", base_wei)
    parts.append(base_wei)
    low, middle, high = (_priority(fees, base_wei, k, stem, parts) for k in range(len(PERCENTILES)))
    data_fees = _data_fees(data, stem, gas, parts, rollup=rollup)
    costs = tuple(
        _cost(stem, action, gas, (units[action], base, middle), data_fees[action], priced) for action in GAS_UNITS
    )
    return ChainFees(
        chain=chain, gas=gas, base_fee=base, priority_low=low, priority=middle, priority_high=high,
        data_fee=data_fees["swap"], rollup=rollup, costs=costs,
    )  # fmt: skip


def _gwei(name: str, wei: Fact) -> Fact:
    assert isinstance(wei.value, int)
    return derive(name, Decimal(wei.value) / 10**9, "gwei", (wei,), "wei / 10⁹")


def _priority(fees: Sourced[FeeHistory], base: Fact, k: int, stem: str, parts: list[Fact]) -> Fact:
    """The median over the newest blocks of one percentile; where they were empty, what the node's own price leaves for it."""
    row, name = fees.value, f"{stem}.priority_{PERCENTILES[k]}"
    if row.rewards_wei:
        leaves = [
            fees.leaf(f"{name}.{n}", paid[k], "wei", row.reward_fields[n][k]) for n, paid in enumerate(row.rewards_wei)
        ]
        parts += leaves
        value = Decimal(median(Decimal(paid[k]) for paid in row.rewards_wei)) / 10**9
        return derive(name, value, "gwei", leaves, f"median of the newest blocks' {PERCENTILES[k]}th percentile / 10⁹")
    if row.gas_price_wei is None:
        return unknown(name, "gwei", "the newest blocks were empty")
    price = fees.leaf(f"{stem}.gas_price_wei", row.gas_price_wei, "wei", row.fields["gas_price_wei"])
    if k == 0:
        parts.append(price)
    left = max(0, row.gas_price_wei - row.base_fee_wei)
    return derive(
        name, Decimal(left) / 10**9, "gwei", (price, base), "(the node's gas price - base fee) / 10⁹, no less than 0"
    )


def _data_fees(
    data: Sourced[tuple[DataFee, ...]] | None, stem: str, gas: str, parts: list[Fact], *, rollup: bool
) -> dict[str, Fact]:
    if data is None:
        why = "the node did not tell it" if rollup else "this chain has none"
        return {action: unknown(f"{stem}.data_fee.{action}", gas, why) for action in GAS_UNITS}
    found = {}
    for action, row in zip(_SAMPLES, data.value, strict=True):
        wei = data.leaf(f"{stem}.data_fee_wei.{action}", row.fee_wei, "wei", row.field)
        parts.append(wei)
        found[action] = derive(f"{stem}.data_fee.{action}", Decimal(row.fee_wei) / 10**18, gas, (wei,), "wei / 10¹⁸")
    parts += [fact for action, fact in found.items() if action != "swap"]
    return found


def _cost(
    stem: str, action: str, gas: str, factors: tuple[Fact, Fact, Fact], data: Fact, priced: _Priced | None
) -> ActionCost:
    units, base, priority = factors
    name = f"{stem}.{action}"
    if priority.value is None:
        why = "what transactions pay above the base fee is not known"
        return ActionCost(action=action, native=unknown(name, gas, why), usd=unknown(f"{name}.usd", "USD", why))
    value = _decimal(units) * (_decimal(base) + _decimal(priority)) / 10**9
    parents: tuple[Fact, ...] = factors
    how = "gas x (base fee + median priority fee) / 10⁹"
    if data.value is not None:
        value += _decimal(data)
        parents, how = (*factors, data), how + " + data fee"
    native = derive(name, value, gas, parents, how)
    return ActionCost(action=action, native=native, usd=_dollars(native, priced))


def _dollars(native: Fact, priced: _Priced | None) -> Fact:
    name = f"{native.id}.usd"
    if priced is None or priced.price.value is None:
        return unknown(name, "USD", "the price of the coin is not known")
    return derive(name, _decimal(native) * _decimal(priced.price), "USD", (native, priced.price), "cost x price")


def _decimal(fact: Fact) -> Decimal:
    return Decimal(str(fact.value))


# --------------------------------------------------------------------------------------------------------------- Bitcoin


def _bitcoin(fees: Sourced[BitcoinFees], priced: _Priced | None, parts: list[Fact]) -> BitcoinFeesView:
    row = fees.value

    def leaf(name: str, value: Decimal) -> Fact:
        return fees.leaf(f"gas.bitcoin.{name}", value, "sat/vB", row.fields[name])

    half_hour = leaf("half_hour", row.half_hour)
    size = echo("gas.bitcoin.vbytes", PAYMENT_VBYTES, "vB", "payment_vbytes", stated=False)
    parts.append(size)
    native = derive("gas.bitcoin.transfer", row.half_hour * PAYMENT_VBYTES / 10**8, "BTC", (half_hour, size),
                    "satoshis a virtual byte x size / 10⁸")  # fmt: skip
    return BitcoinFeesView(
        fastest=leaf("fastest", row.fastest), half_hour=half_hour, hour=leaf("hour", row.hour),
        economy=leaf("economy", row.economy),
        transfer=ActionCost(action="transfer", native=native, usd=_dollars(native, priced)),
    )  # fmt: skip

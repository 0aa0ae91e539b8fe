"""DefiLlama stablecoins: how many dollars' worth of them stand on each chain, now and before. Keyless.

Here: SPEC, rows, parse and fetch. Coins pegged to anything but the dollar are left out, so that sums are of one kind. Not here:
prices of stablecoins (market), locked value (defillama).
"""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import quote

from msgspec import Struct

from mobius.core.errors import NoData, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.keeping import TVL
from mobius.core.ports import Http
from mobius.core.protocol_needs import DayValue, StablecoinHistoryQuery, StablecoinsQuery, StablecoinSupply
from mobius.core.provider_names import CHAIN_NAMES, CHAIN_OF_DEFILLAMA
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.outside import plain_text
from mobius.sources.reading import Figures, decode, endpoint, epoch_s, expect_ok, sourced

SPEC = SourceSpec(
    name="defillama_stablecoins",
    title="DefiLlama stablecoins",
    kind="aggregator",
    base_url="https://stablecoins.llama.fi",
    limits=Limits(per_minute=300, burst=12, concurrent=6, timeout_s=6.0, max_body_bytes=16 * 2**20),
    needs=("stablecoins", "stablecoin_history"),
    rights=Rights(attribution="Stablecoin data: DefiLlama", may_share=True),
    probe="/stablecoinchains",
)
COINS, CHARTS = "/stablecoins", "/stablecoincharts/"
_WITH_PRICES = {"includePrices": "true"}
PEG = "peggedUSD"


class _Amount(Struct, frozen=True):
    """An amount by peg; those of other pegs are not read."""

    peggedUSD: Decimal | None = None  # noqa: N815


class _OnChain(Struct, frozen=True):
    current: _Amount | None = None
    circulatingPrevWeek: _Amount | None = None  # noqa: N815
    circulatingPrevMonth: _Amount | None = None  # noqa: N815


class _Coin(Struct, frozen=True):
    pegType: str = ""  # noqa: N815
    chainCirculating: dict[str, _OnChain] = {}  # noqa: N815


class _Coins(Struct, frozen=True):
    peggedAssets: list[_Coin]  # noqa: N815


class _Day(Struct, frozen=True):
    date: int | str
    totalCirculating: _Amount | None = None  # noqa: N815


class _Sum:
    """One chain's coins together. What one coin does not tell of an earlier day leaves that day's sum unknown."""

    def __init__(self) -> None:
        self.supply = Decimal(0)
        self.earlier: dict[str, Decimal | None] = {"week": Decimal(0), "month": Decimal(0)}
        self.coins = 0

    def add(self, on_chain: _OnChain, supply: Decimal, place: str) -> None:
        self.supply += supply
        self.coins += 1
        for name, told in (("week", on_chain.circulatingPrevWeek), ("month", on_chain.circulatingPrevMonth)):
            read = Figures(SPEC.name, place, {})
            before = read.amount(name, None if told is None else told.peggedUSD, name)
            known = self.earlier[name]
            if told is None:
                self.earlier[name] = None
            elif known is not None:
                self.earlier[name] = known + (before or Decimal(0))


def parse_stablecoins(body: bytes) -> tuple[StablecoinSupply, ...]:
    """Dollar stablecoins by chain, most first."""
    sums: dict[str, _Sum] = {}
    for number, coin in enumerate(decode(body, _Coins, SPEC.name).peggedAssets):
        if coin.pegType != PEG:
            continue
        for chain, told in coin.chainCirculating.items():
            place = f'peggedAssets[{number}].chainCirculating["{plain_text(chain, 40)}"]'
            read = Figures(SPEC.name, place, {})
            supply = read.amount("supply", None if told.current is None else told.current.peggedUSD, f"current.{PEG}")
            if supply is not None:
                sums.setdefault(chain, _Sum()).add(told, supply, place)
    rows = [
        StablecoinSupply(
            chain=CHAIN_OF_DEFILLAMA.get(name), name=plain_text(name, 40), supply=total.supply, coins=total.coins,
            supply_week_ago=total.earlier["week"], supply_month_ago=total.earlier["month"],
            field=f'peggedAssets[*].chainCirculating["{plain_text(name, 40)}"]',
        )
        for name, total in sums.items()
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: -row.supply))


async def stablecoins(query: StablecoinsQuery, http: Http) -> Sourced[tuple[StablecoinSupply, ...]]:
    """What stands on each chain."""
    reply = await http.get(COINS, _WITH_PRICES, keep=TVL)
    expect_ok(reply, SPEC.name)
    rows = parse_stablecoins(reply.body)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} lists no stablecoin.")
    return sourced(rows, SPEC.name, endpoint(COINS, _WITH_PRICES), [reply])


def parse_days(body: bytes, query: StablecoinHistoryQuery) -> tuple[DayValue, ...]:
    """Days from `query.start` on, oldest first; they are written as numbers or as text."""
    start_s = query.start.timestamp()
    days = []
    for place, raw in enumerate(decode(body, list[_Day], SPEC.name)):
        read = Figures(SPEC.name, f"[{place}]", {})
        if not _is_number(raw.date):
            raise SourceChanged(SPEC.name, "a date that is no number", path=f"$[{place}].date")
        day = epoch_s(int(raw.date), SPEC.name, f"[{place}].date")
        told = raw.totalCirculating.peggedUSD if raw.totalCirculating is not None else None
        supply = read.amount("supply", told, f"totalCirculating.{PEG}")
        if day >= start_s and supply is not None:
            days.append(DayValue(ts=day, value_usd=supply, field=read.fields["supply"]))
    return tuple(sorted(days, key=lambda one: one.ts))


def _is_number(date: int | str) -> bool:
    return isinstance(date, int) or (date.isascii() and date.isdecimal() and len(date) < 16)


async def stablecoin_history(query: StablecoinHistoryQuery, http: Http) -> Sourced[tuple[DayValue, ...]]:
    """One chain's stablecoins by day."""
    names = CHAIN_NAMES.get(query.chain)
    if names is None or names.defillama is None:
        raise NoData(SPEC.name, f"{SPEC.title} has no {query.chain}.")
    path = CHARTS + quote(names.defillama)
    reply = await http.get(path, keep=TVL)
    if reply.status == 400:
        raise NoData(SPEC.name, f"{SPEC.title} counts no stablecoins on {query.chain}.")
    expect_ok(reply, SPEC.name)
    days = parse_days(reply.body, query)
    if not days:
        raise NoData(SPEC.name, f"{SPEC.title} has no days of {query.chain} since {query.start:%Y-%m-%d}.")
    return sourced(days, SPEC.name, path, [reply])


OFFERS = {"stablecoins": stablecoins, "stablecoin_history": stablecoin_history}

"""The Crypto Fear & Greed Index of alternative.me, one value a UTC day. Here: SPEC, rows, parse, fetch."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.keeping import DAILY
from mobius.core.needs import FearGreedDay, FearGreedQuery
from mobius.core.ports import Http
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.reading import decode, endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="alternative_me",
    title="alternative.me",
    kind="index",
    base_url="https://api.alternative.me",
    limits=Limits(per_minute=60, burst=5, concurrent=2, timeout_s=4.0),
    needs=("fear_greed",),
    rights=Rights(attribution="Fear & Greed Index: alternative.me", may_share=True),
    probe="/fng/?limit=1",
)


class _Day(Struct, frozen=True):
    value: str
    value_classification: str
    timestamp: str
    """Epoch seconds of the day's beginning."""


class _Metadata(Struct, frozen=True):
    error: str | None = None


class _Reply(Struct, frozen=True):
    data: tuple[_Day, ...] = ()
    metadata: _Metadata = _Metadata()


def parse_fear_greed(body: bytes, query: FearGreedQuery) -> tuple[FearGreedDay, ...]:
    """Days newest first, as the provider gives them, at most `query.days`."""
    reply = decode(body, _Reply, SPEC.name)
    if reply.metadata.error:
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered: {reply.metadata.error[:100]}")
    if not reply.data:
        raise NoData(SPEC.name, f"{SPEC.title} gave no day.")
    return tuple(_day(day, place) for place, day in enumerate(reply.data[: query.days]))


def _day(day: _Day, place: int) -> FearGreedDay:
    value = int(day.value) if day.value.isdecimal() and len(day.value) <= 3 else -1
    if not 0 <= value <= 100:
        raise SourceChanged(SPEC.name, "not an index from 0 to 100", path=f"$.data[{place}].value")
    if not day.timestamp.isdecimal() or len(day.timestamp) > 11:
        raise SourceChanged(SPEC.name, "not an instant", path=f"$.data[{place}].timestamp")
    return FearGreedDay(
        value=value, label=day.value_classification, at=datetime.fromtimestamp(int(day.timestamp), tz=UTC),
        field=f"data[{place}].value",
    )  # fmt: skip


async def fear_greed(query: FearGreedQuery, http: Http) -> Sourced[tuple[FearGreedDay, ...]]:
    params = {"limit": str(query.days)}
    reply = await http.get("/fng/", params, keep=DAILY)
    expect_ok(reply, SPEC.name)
    return sourced(parse_fear_greed(reply.body, query), SPEC.name, endpoint("/fng/", params), [reply])


OFFERS = {"fear_greed": fear_greed}

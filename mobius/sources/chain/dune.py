"""Dune: questions to a warehouse of decoded chain data, by named templates only. Executions take seconds and cost credits.

Here: SPEC, templates, parse and fetch. No SQL comes from outside: a template's text is ours, and what fills it is a chain of a
list, an instant and numbers, written by us. An execution is begun once an hour for the same question, and asked again by its id
until it is done; it tells what it cost, and failed ones cost as well. Not here: waiting, which the caller does.
"""

from __future__ import annotations

import re
from datetime import UTC
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec import Struct

from mobius.core.errors import BadParameter, NoData, SourceChanged, SourceUnavailable
from mobius.core.explorer_needs import SqlQuery, SqlRun
from mobius.core.facts import Sourced
from mobius.core.keeping import GAS, WAREHOUSE
from mobius.core.ports import Http, Reply
from mobius.core.sources import KeySpec, Limits, Rights, SourceSpec
from mobius.sources import hexes
from mobius.sources.reading import decode, endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="dune",
    title="Dune",
    kind="chain",
    base_url="https://api.dune.com/api/v1",
    limits=Limits(per_minute=15, burst=3, concurrent=2, timeout_s=8.0),  # executions; reading allows 40
    needs=("sql",),
    posts_once=True,
    rights=Rights(attribution="Decoded chain data: Dune"),
    key=KeySpec(
        setting="MOBIUS_DUNE_KEY", header="X-Dune-API-Key", required=True,
        adds="large transfers and volumes of exchanges from decoded chain data",
    ),
    probe="/usage",
    refusals=(b'{"error"',),
)  # fmt: skip
EXECUTE = "/sql/execute"
TEMPLATES = {
    "large_transfers": (
        'select block_time, symbol, amount, amount_usd, "from", "to", tx_hash from tokens.transfers '
        "where blockchain = '{chain}' and block_time >= timestamp '{since}' and amount_usd >= {min_usd} "
        "order by amount_usd desc limit {limit}"
    ),
    "dex_volume": (
        "select project, version, sum(amount_usd) as volume_usd, count(*) as trades from dex.trades "
        "where blockchain = '{chain}' and block_time >= timestamp '{since}' and amount_usd >= {min_usd} "
        "group by 1, 2 order by 3 desc limit {limit}"
    ),
}
CHAINS = {
    "ethereum": "ethereum", "polygon": "polygon", "arbitrum": "arbitrum", "optimism": "optimism", "base": "base", "bsc": "bnb",
    "avalanche": "avalanche_c", "gnosis": "gnosis",
}  # fmt: skip
MOST_ROWS = 1_000
_EXECUTION = re.compile(r"[0-9A-Za-z]{8,64}")
_STATES: dict[str, Literal["pending", "running", "done", "partial"]] = {
    "QUERY_STATE_PENDING": "pending", "QUERY_STATE_EXECUTING": "running", "QUERY_STATE_COMPLETED": "done",
    "QUERY_STATE_COMPLETED_PARTIAL": "partial",
}  # fmt: skip
_ENDED = {"QUERY_STATE_CANCELED", "QUERY_STATE_CANCELLED", "QUERY_STATE_EXPIRED"}

Cell = str | int | float | bool | None


class _Begun(Struct, frozen=True):
    execution_id: str
    state: str


class _Error(Struct, frozen=True):
    message: str = ""


class _Metadata(Struct, frozen=True):
    column_names: tuple[str, ...] = ()


class _Result(Struct, frozen=True):
    rows: tuple[dict[str, Cell], ...] = ()
    metadata: _Metadata = _Metadata()


class _Run(Struct, frozen=True):
    execution_id: str
    state: str
    result: _Result | None = None
    error: _Error | None = None
    execution_cost_credits: Decimal | None = None


class _Refusal(Struct, frozen=True):
    error: str = ""


def sql_of(query: SqlQuery) -> str:
    """The text of a template, filled with values written here. Raises NoData for a chain that is not in the list."""
    if query.chain not in CHAINS:
        raise NoData(SPEC.name, f"{SPEC.title} is not asked about {query.chain}.")
    return TEMPLATES[query.template].format(
        chain=CHAINS[query.chain], since=query.since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        min_usd=int(query.min_usd), limit=min(max(1, int(query.limit)), MOST_ROWS),
    )  # fmt: skip


def parse_begun(body: bytes) -> SqlRun:
    row = decode(body, _Begun, SPEC.name)
    return SqlRun(execution=_named(row.execution_id, "$.execution_id"), state=_state(row.state))


def _named(text: str, place: str) -> str:
    if not _EXECUTION.fullmatch(text):
        raise SourceChanged(SPEC.name, "not the id of an execution", path=place)
    return text


def _state(text: str) -> Literal["pending", "running", "done", "partial"]:
    if text in _ENDED:
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} ended the execution before it was done.")
    if text not in _STATES:
        raise SourceChanged(SPEC.name, "an unknown state", path="$.state")
    return _STATES[text]


def parse_run(body: bytes) -> SqlRun:
    """What an execution has come to. Raises SourceUnavailable for one that failed."""
    row = decode(body, _Run, SPEC.name)
    if row.state == "QUERY_STATE_FAILED" or row.error is not None:
        said = "no reason" if row.error is None else hexes.label(row.error.message) or "no reason"
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} could not work this out: {said}")
    state = _state(row.state)
    if state not in ("done", "partial"):
        return SqlRun(execution=_named(row.execution_id, "$.execution_id"), state=state)
    result = row.result or _Result()
    columns = result.metadata.column_names
    return SqlRun(
        execution=_named(row.execution_id, "$.execution_id"),
        state=state,
        columns=columns,
        rows=tuple(tuple(_cell(one.get(column)) for column in columns) for one in result.rows),
        cost_credits=row.execution_cost_credits,
    )


def _cell(value: Cell) -> Cell:
    return hexes.label(value) if isinstance(value, str) else value


def _expect(reply: Reply) -> None:
    if reply.status == 402:
        raise SourceUnavailable(SPEC.name, f"The credits of the {SPEC.title} key are used up.")
    if reply.status == 400 and reply.body.lstrip()[:1] == b"{":
        said = hexes.label(decode(reply.body, _Refusal, SPEC.name).error) or "a bad request"
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered: {said}")
    expect_ok(reply, SPEC.name)


async def sql(query: SqlQuery, http: Http) -> Sourced[SqlRun]:
    """Begin an execution, or ask what one has come to; nothing here waits."""
    if query.execution is None:
        body = msgspec.json.encode({"sql": sql_of(query), "performance": "medium"})
        reply = await http.post(EXECUTE, body, keep=WAREHOUSE)
        _expect(reply)
        return sourced(parse_begun(reply.body), SPEC.name, f"{EXECUTE}?template={query.template}", [reply])
    if not _EXECUTION.fullmatch(query.execution):
        raise BadParameter(f"{query.execution[:60]!r} is no execution.")
    path, params = f"/execution/{query.execution}/results", {"limit": str(min(query.limit, MOST_ROWS))}
    reply = await http.get(path, params, keep=GAS)
    _expect(reply)
    return sourced(parse_run(reply.body), SPEC.name, endpoint(path, params), [reply])


OFFERS = {"sql": sql}

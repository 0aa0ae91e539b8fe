"""The Graph: GraphQL questions to subgraphs by its gateway. The key travels as a bearer; questions are posted.

Here: SPEC, parse and fetch. Failures come inside a status of 200. A question may ask for `_meta`, which tells the newest
block indexed and whether indexing failed anywhere. Not here: any subgraph's rows (whoever asks), paging (by `id_gt`).
"""

from __future__ import annotations

import re
from datetime import datetime

import msgspec
from msgspec import Struct

from mobius.core.errors import BadParameter, NoData, RateLimited, SourceChanged, SourceError, SourceUnavailable
from mobius.core.explorer_needs import SubgraphQuery, SubgraphReply
from mobius.core.facts import Sourced
from mobius.core.keeping import RATES
from mobius.core.ports import Http
from mobius.core.sources import KeySpec, Limits, Rights, SourceSpec
from mobius.sources import hexes
from mobius.sources.reading import decode, expect_ok, sourced

SPEC = SourceSpec(
    name="thegraph",
    title="The Graph",
    kind="chain",
    base_url="https://gateway.thegraph.com/api",
    limits=Limits(per_minute=300, burst=10, concurrent=4, timeout_s=8.0),
    needs=("subgraph",),
    rights=Rights(attribution="Indexed by subgraphs of The Graph", may_share=True),
    key=KeySpec(
        setting="MOBIUS_THEGRAPH_KEY", header="Authorization", prefix="Bearer ", required=True,
        adds="subgraphs, such as those of Uniswap's pools",
    ),
    refusals=(b'{"errors"',),
)  # fmt: skip
_NAME = re.compile(r"[1-9A-HJ-NP-Za-km-z]{40,60}")
_DEPLOYMENT = re.compile(r"Qm[1-9A-HJ-NP-Za-km-z]{44}")


class _Fault(Struct, frozen=True):
    message: str = ""


class _Reply(Struct, frozen=True):
    data: msgspec.Raw = msgspec.Raw(b"null")
    errors: tuple[_Fault, ...] = ()


class _Block(Struct, frozen=True):
    number: int
    timestamp: int | None = None


class _Meta(Struct, frozen=True, rename="camel"):
    block: _Block
    has_indexing_errors: bool | None = None


class _Indexed(Struct, frozen=True):
    meta: _Meta | None = msgspec.field(name="_meta", default=None)


def parse_reply(body: bytes) -> SubgraphReply:
    """The data of a reply. Raises what its errors stand for; data beside errors is not used: it is of unknown extent."""
    reply = decode(body, _Reply, SPEC.name)
    if reply.errors:
        raise _failure(reply.errors[0].message)
    data = bytes(reply.data)
    if data == b"null":
        raise SourceChanged(SPEC.name, "neither data nor errors", path="$.data")
    meta = decode(data, _Indexed, SPEC.name, at="$.data").meta
    if meta is None:
        return SubgraphReply(data=data)
    seconds = meta.block.timestamp
    at: datetime | None = None
    if seconds is not None:
        at = hexes.instant_s(seconds, SPEC.name, "$.data._meta.block.timestamp")
    return SubgraphReply(data=data, block=meta.block.number, at=at, indexing_errors=meta.has_indexing_errors)


def _failure(said: str) -> SourceError:
    words, what = said.lower(), hexes.label(said) or "an error without words"
    if "auth error" in words or "api key" in words or "payment required" in words:
        return SourceUnavailable(
            SPEC.name, f"{SPEC.title} does not take the key: {what}", hint="MOBIUS_THEGRAPH_KEY holds it."
        )
    if "rate limit" in words or "too many requests" in words:
        return RateLimited(SPEC.name, f"{SPEC.title} asks us to slow down.")
    if "not found" in words or "no allocations" in words:
        return NoData(SPEC.name, f"{SPEC.title} serves no such subgraph.")
    if "has no field" in words or "cannot query field" in words or "unknown field" in words:
        return SourceChanged(SPEC.name, f"the subgraph has changed: {what}", path="$.errors[0].message")
    return SourceUnavailable(SPEC.name, f"{SPEC.title} answered: {what}")


async def subgraph(query: SubgraphQuery, http: Http) -> Sourced[SubgraphReply]:
    """One question, dated by the newest block indexed where it asks for `_meta`."""
    if _DEPLOYMENT.fullmatch(query.subgraph):
        path = f"/deployments/id/{query.subgraph}"
    elif _NAME.fullmatch(query.subgraph):
        path = f"/subgraphs/id/{query.subgraph}"
    else:
        raise BadParameter(f"{query.subgraph[:60]!r} names no subgraph.")
    body = msgspec.json.encode({"query": query.query, "variables": query.variables})
    reply = await http.post(path, body, keep=RATES)
    expect_ok(reply, SPEC.name)
    value = parse_reply(reply.body)
    got = sourced(value, SPEC.name, path, [reply])
    return got if value.at is None else msgspec.structs.replace(got, as_of=min(value.at, got.as_of))


OFFERS = {"subgraph": subgraph}

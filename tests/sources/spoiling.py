"""Sources against their simulated providers, as they speak and spoilt. Here: the provider, the spoiling, the two checks. Not
here: which sources and needs (the files that use it).
"""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from mobius.core.errors import MobiusError
from mobius.core.facts import Sourced
from mobius.core.keeping import NOT_KEPT, Policy
from mobius.core.ports import Reply
from mobius.core.sources import Need
from mobius.sandbox.clock import BIRTH
from mobius.sandbox.wire import Ask, Scene, providers
from mobius.sandbox.world import SimulatedWorld
from mobius.sources import Definition

ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**40), 10**40), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "NaN", "-1", "1e99", "Infinity", "x", "<script>", "\u202e", "0", [], {}, [[]], {"a": 1}, "9" * 400]),
)  # fmt: skip


class Simulated:
    """The simulated provider's own replies, kept by request; `spoilt` puts others in their place."""

    def __init__(self, name: str, world: SimulatedWorld) -> None:
        self.provider = providers()[name]
        self.scene = Scene(world=world, now=BIRTH)
        self.said: dict[str, bytes] = {}
        self.spoilt: dict[str, bytes] = {}

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        return self._reply(path, dict(params or {}), b"")

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        return self._reply(path, {}, body)

    def _reply(self, path: str, params: dict[str, str], body: bytes) -> Reply:
        key = f"{path} {sorted(params.items())} {body!r}"
        if key not in self.said:
            handler, parts = self.provider.find(path, posted=bool(body))
            answer = handler(Ask(path=path, params=params, parts=parts, body=body, posted=bool(body)), self.scene)
            self.said[key] = answer.body if answer.status == 200 else b""
        status = 200 if self.said[key] else 404
        given = self.spoilt.get(key, self.said[key])
        return Reply(status=status, body=given, url="http://x/", at=BIRTH, date=BIRTH)


def spoilt(body: bytes, data: st.DataObject) -> bytes:
    """A reply with something cut off, left out or replaced, by chance."""
    if body.lstrip()[:1] == b"<":
        return _spoilt_feed(body, data)
    how = data.draw(st.sampled_from(["leave", "cut", "value", "value", "value", "drop", "bytes"]))
    if how == "cut":
        return body[: data.draw(st.integers(0, len(body)))]
    if how == "bytes":
        return data.draw(st.binary(max_size=60))
    if how == "leave" or not body:
        return body
    document = copy.deepcopy(json.loads(body))
    for _ in range(data.draw(st.integers(1, 3))):
        document = _changed(document, data, drop=how == "drop")
    return json.dumps(document).encode()


def _changed(document: Any, data: st.DataObject, *, drop: bool) -> Any:
    """Walk down to some place and put something else there, or nothing."""
    node: Any = document
    parent: Any = None
    key: Any = None
    while isinstance(node, dict | list) and node and data.draw(st.integers(0, 9)):
        parent = node
        key = (
            data.draw(st.sampled_from(list(node)))
            if isinstance(node, dict)
            else data.draw(st.integers(0, len(node) - 1))
        )
        node = node[key]
    if parent is None:
        return copy.deepcopy(data.draw(ODD))
    if drop:
        del parent[key]
    else:
        parent[key] = copy.deepcopy(data.draw(ODD))
    return document


def _spoilt_feed(body: bytes, data: st.DataObject) -> bytes:
    """XML with a piece of it cut off or replaced."""
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 200)))
    odd = st.sampled_from(
        [b"", b"<", b"&x;", b"]]>", b"<!ENTITY a 'b'>", b"\xff", b"<item>", b"</channel>", b"9999-99-99"]
    )
    return body[:start] + data.draw(odd) + (body[end:] if data.draw(st.booleans()) else b"")


Case = tuple[Simulated, Callable[[], Sourced[Any]]]

a_few = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def case_of(definition: Definition, need: Need, query: Any, world: SimulatedWorld) -> Case:
    """A provider, and how the source is asked of it."""
    http = Simulated(definition.spec.name, world)

    async def ask() -> Sourced[Any]:
        got: Sourced[Any] = await definition.offers[need](query, http)
        return got

    return http, lambda: asyncio.run(ask())


def reads(case: Case) -> None:
    """Both were written from the contract alone: a mistake in one shows here."""
    http, ask = case
    http.spoilt = {}
    got = ask()
    assert len(got.value) if hasattr(got.value, "__len__") else got.value
    assert got.source == http.provider.name


def survives(case: Case, data: st.DataObject) -> None:
    """Whatever becomes of its replies, a source ends in rows or in an error of ours."""
    http, ask = case
    http.spoilt = {}
    if not http.said:
        ask()
    http.spoilt = {key: spoilt(body, data) for key, body in http.said.items()}
    try:
        got = ask()
    except MobiusError as error:
        assert error.message
        assert len(error.message) < 600
    else:
        assert isinstance(got, Sourced)

"""Replies of GraphQL. Here: `data_of`, which tells failures within a 200 from data. Not here: any question (sources)."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Struct

from mobius.core.errors import SourceUnavailable
from mobius.core.sources import SourceSpec
from mobius.sources.outside import plain_text
from mobius.sources.reading import decode

T = TypeVar("T")

REFUSALS = (b'{"errors"',)
"""How a reply begins that holds no data, for `SourceSpec.refusals`."""


class _Fault(Struct, frozen=True):
    message: str = ""


class _Reply(Struct, frozen=True):
    data: msgspec.Raw = msgspec.Raw(b"null")
    errors: tuple[_Fault, ...] | None = None


def data_of(body: bytes, kind: type[T], spec: SourceSpec) -> T | None:
    """The data of a reply; None where there is none. Data beside errors is not used: nobody knows what it lacks."""
    reply = decode(body, _Reply, spec.name)
    if reply.errors:
        raise SourceUnavailable(spec.name, f"{spec.title} answered: {plain_text(reply.errors[0].message, 100)}")
    data = bytes(reply.data)
    return None if data == b"null" else decode(data, kind, spec.name, at="$.data")

"""What a reader must be told beside the figures. Here: notices by kind, failed sources. Not here: their wording (compose)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mobius.core.facts import Fact


class Notice(Struct, frozen=True, kw_only=True):
    """Something the reader must be told, by kind; `compose` words it. Facts and names fill the wording."""

    kind: str
    facts: Mapping[str, Fact] = {}
    names: Mapping[str, str] = {}


class SourceFailure(Struct, frozen=True, kw_only=True):
    """A source that gave nothing, and why (an error kind of `core.errors`)."""

    source: str
    kind: str
    message: str

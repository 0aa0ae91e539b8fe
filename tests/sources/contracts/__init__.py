"""Recorded interactions against our parses, one file a service. Here: Interaction, reading them. Not here: any service.

A file `<service>.py` in this folder defines `check(one: Interaction) -> None`: it parses the reply as the product does and
compares every value with the raw document. It raises NotAsked with a reason for what the product never asks.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec


class NotAsked(Exception):
    """An interaction that says nothing about our parses, and why: an endpoint we have no use for, a reply cut short."""


class Interaction(msgspec.Struct, frozen=True):
    """One recorded request and its reply; `response` is the raw JSON text of the body."""

    response: msgspec.Raw
    service: str = ""
    method: str = "GET"
    url: str = ""
    request_body: Any = None
    status: int | None = None
    headers: dict[str, Any] = {}

    @property
    def body(self) -> bytes:
        return bytes(self.response)

    def raw(self) -> Any:
        """The document by the standard library's reader, to compare with."""
        return json.loads(self.body)

    def asked(self) -> Any:
        """The request's body as JSON; None where there was none."""
        body = self.request_body
        return json.loads(body) if isinstance(body, str) else body


class _Shape(msgspec.Struct):
    response: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


def interactions(shared_data: Path, service: str) -> Iterator[Interaction]:
    """Every recorded interaction of a service, in order; none where the file is absent."""
    file = shared_data / "api" / f"{service}.jsonl.gz"
    if not file.is_file():
        return
    with gzip.open(file, "rb") as lines:
        for line in lines:
            if (
                msgspec.json.decode(line, type=_Shape).response is msgspec.UNSET
            ):  # a shape of its own: its check reads the line
                yield Interaction(response=msgspec.Raw(line))
            else:
                yield msgspec.json.decode(line, type=Interaction)

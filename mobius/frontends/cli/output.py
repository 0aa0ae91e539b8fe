"""Writing results. Here: the one JSON document of `--json`. Not here: text for people (render)."""

from __future__ import annotations

import msgspec
from msgspec import Struct

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def as_json(value: Struct) -> str:
    """One line of JSON: decimals as numbers, instants as ISO 8601 with `Z`."""
    return _ENCODER.encode(value).decode() + "\n"

"""Writing results. Here: the one JSON document of `--json`. Not here: text for people (render)."""

from __future__ import annotations

import io
import sys

import msgspec
from msgspec import Struct

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def as_json(value: Struct) -> str:
    """One line of JSON: decimals as numbers, instants as ISO 8601 with `Z`."""
    return _ENCODER.encode(value).decode() + "\n"


def print_json(value: Struct) -> None:
    """Write the document on stdout, in UTF-8 whatever the terminal speaks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(as_json(value))
    sys.stdout.flush()

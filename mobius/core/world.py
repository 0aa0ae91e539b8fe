"""Which world a process lives in. Here: `World`, the frozen name. Not here: the simulated world itself (sandbox)."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from mobius.core.errors import BadParameter

DEFAULT_SEED = 7


class World(Struct, frozen=True):
    """`live`, `sandbox:<seed>` or `tape:<sha>`; prefixes every cache key and names the data folder."""

    kind: Literal["live", "sandbox", "tape"]
    key: str = ""

    @property
    def name(self) -> str:
        return self.kind if not self.key else f"{self.kind}:{self.key}"

    @property
    def folder(self) -> str:
        return self.name.replace(":", "-")

    @property
    def simulated(self) -> bool:
        return self.kind == "sandbox"

    @property
    def seed(self) -> int:
        return int(self.key)


LIVE = World("live")


def parse_world(text: str) -> World:
    """Read a world's name; `sandbox` alone is the default seed."""
    match = re.fullmatch(r"(live)|sandbox(?::(\d{1,9}))?|tape:([0-9a-f]{6,64})", text.strip())
    if match is None:
        raise BadParameter(f"{text!r} is no world.", hint="Use live, sandbox, sandbox:<seed> or tape:<sha>.")
    if match[1]:
        return LIVE
    if match[3]:
        return World("tape", match[3])
    return World("sandbox", match[2] or str(DEFAULT_SEED))

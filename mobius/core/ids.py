"""Row ids made by the application: UUIDv7, so that they sort by time. Here: one function. Randomness from the system."""

from __future__ import annotations

import os
from datetime import datetime

from mobius.core.instants import to_ms


def new_id(now: datetime, entropy: bytes | None = None) -> str:
    """A UUIDv7 (RFC 9562) as text: 48 bits of milliseconds, then 74 random bits (`entropy`: 10 bytes)."""
    tail = entropy if entropy is not None else os.urandom(10)
    value = (to_ms(now) & ((1 << 48) - 1)) << 80 | int.from_bytes(tail, "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

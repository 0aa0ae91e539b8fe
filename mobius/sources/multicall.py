"""Many calls in one, by Multicall3. Here: encoding `aggregate3`, reading its results. Not here: asking (chain/rpc)."""

from __future__ import annotations

from collections.abc import Sequence

from mobius.core.chain_needs import Call, MulticallResult
from mobius.core.errors import SourceChanged
from mobius.sources import hexes

ADDRESS = "0xca11bde05977b3631167028862be2a173976ca11"
"""The same on every chain here."""
AGGREGATE3 = bytes.fromhex("82ad56cb")  # aggregate3((address,bool,bytes)[])
WORD = 32


def word(number: int) -> bytes:
    """One 32-byte word of a call's arguments."""
    return number.to_bytes(WORD, "big")


def padded(data: bytes) -> bytes:
    """Bytes of any length: how many, then themselves, filled up to whole words."""
    return word(len(data)) + data + bytes(-len(data) % WORD)


def encode(calls: Sequence[Call]) -> bytes:
    """The call of `aggregate3` that makes `calls`, each of which may fail by itself."""
    rows = [
        word(int(hexes.asked_address(call.to), 16)) + word(1) + word(3 * WORD) + padded(call.data) for call in calls
    ]
    offsets, at = [], len(rows) * WORD
    for row in rows:
        offsets.append(word(at))
        at += len(row)
    return AGGREGATE3 + word(WORD) + word(len(rows)) + b"".join((*offsets, *rows))


def decode(data: bytes, n: int, source: str, place: str) -> tuple[MulticallResult, ...]:
    """The `n` results of a reply. Raises SourceChanged for bytes that are no such list."""
    start = _number(data, 0, source, place)
    if _number(data, start, source, place) != n:
        raise SourceChanged(source, f"expected {n} results", path=place)
    base = start + WORD
    return tuple(
        _result(data, base + _number(data, base + k * WORD, source, place), source, f"{place}[{k}]") for k in range(n)
    )


def _result(data: bytes, at: int, source: str, place: str) -> MulticallResult:
    success = _number(data, at, source, place)
    begins = at + _number(data, at + WORD, source, place)
    length = _number(data, begins, source, place)
    body = data[begins + WORD : begins + WORD + length]
    if success > 1 or len(body) != length:
        raise SourceChanged(source, "not the results of a multicall", path=place)
    return MulticallResult(success=success == 1, data=body, field=hexes.shown(place))


def _number(data: bytes, at: int, source: str, place: str) -> int:
    if not 0 <= at <= len(data) - WORD:
        raise SourceChanged(source, "not the results of a multicall", path=place)
    return int.from_bytes(data[at : at + WORD], "big")

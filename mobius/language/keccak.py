"""Address checksums. Here: Keccak-256 and the EIP-55 test of a mixed-case address. Not here: anything of a chain's state."""

from __future__ import annotations

_MASK = (1 << 64) - 1
_RATE = 136  # bytes a block takes in: 1600 bits of state less twice the 256 of the digest


def _round_constants() -> tuple[int, ...]:
    constants = []
    lfsr = 1
    for _ in range(24):
        value = 0
        for power in range(7):
            if lfsr & 1:
                value |= 1 << ((1 << power) - 1)
            lfsr = (lfsr << 1) ^ (0x171 if lfsr & 0x80 else 0)
        constants.append(value)
    return tuple(constants)


def _rotations() -> tuple[int, ...]:
    offsets = [0] * 25
    x, y = 1, 0
    for step in range(24):
        offsets[x + 5 * y] = (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return tuple(offsets)


_CONSTANTS = _round_constants()
_ROTATIONS = _rotations()


def _rotate(lane: int, by: int) -> int:
    return ((lane << by) | (lane >> (64 - by))) & _MASK if by else lane


def _permute(lanes: list[int]) -> list[int]:
    for constant in _CONSTANTS:
        column = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        theta = [column[x - 1] ^ _rotate(column[(x + 1) % 5], 1) for x in range(5)]
        lanes = [lane ^ theta[i % 5] for i, lane in enumerate(lanes)]
        moved = [0] * 25
        for i, lane in enumerate(lanes):
            x, y = i % 5, i // 5
            moved[y + 5 * ((2 * x + 3 * y) % 5)] = _rotate(lane, _ROTATIONS[i])
        lanes = [
            moved[i] ^ (~moved[i - i % 5 + (i + 1) % 5] & moved[i - i % 5 + (i + 2) % 5] & _MASK) for i in range(25)
        ]
        lanes[0] ^= constant
    return lanes


def keccak256(data: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it (the padding of before SHA-3).

    >>> keccak256(b"").hex()
    'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'
    """
    padded = bytearray(data) + b"\x01" + b"\x00" * (_RATE - 1 - len(data) % _RATE)
    padded[-1] |= 0x80
    lanes = [0] * 25
    for block in range(0, len(padded), _RATE):
        for i in range(_RATE // 8):
            lanes[i] ^= int.from_bytes(padded[block + 8 * i : block + 8 * i + 8], "little")
        lanes = _permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def checksummed(address: str) -> bool:
    """Whether an address is as EIP-55 writes it, or in one case throughout (which carries no checksum).

    >>> address = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
    >>> checksummed(address), checksummed(address.replace("dA6B", "da6B")), checksummed(address.lower())
    (True, False, True)
    """
    digits = address[2:]
    if digits.islower() or digits.isupper() or digits.isdigit():
        return True
    digest = keccak256(digits.lower().encode()).hex()
    return all(
        char.isdigit() or char.isupper() == (nibble >= "8") for char, nibble in zip(digits, digest, strict=False)
    )

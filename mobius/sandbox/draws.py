"""Randomness of the simulated world, all of it derived from the seed. Here: counted draws and the AR(1) scan.

A counted draw is a hash of (key, counter): any minute or second of any year can be drawn alone, in any order, and is always
the same. Sequences that run through time come from numpy's PCG64 instead, one generator for each stream.
Not here: what is drawn (paths, market).
"""

from __future__ import annotations

import math
import zlib
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mobius.core.candles import FloatArray, IntArray

Key: TypeAlias = np.uint64
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-53
_QUARTERS = np.uint64(0x0000FFFF0000FFFF)
_LOW_HALF = np.uint64(0x00000000FFFFFFFF)
_SUM_MEAN = 2.0 * 65_535.0
_SUM_SCALE = math.sqrt(3.0 / (65_536.0**2 - 1.0))  # four uniforms over 65,536 values: variance 4 (65,536**2 - 1) / 12
_SCAN_SPAN = 256  # steps summed at once; a**-256 stays far inside float64 for every half-life used here (>= 2 steps)


def generator(seed: int, stream: str) -> np.random.Generator:
    """A generator of its own for each named stream, so that adding one stream changes no other."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(stream.encode())]))


def key(seed: int, *parts: str | int) -> Key:
    """Key of a family of counted draws."""
    text = "\x1f".join([str(seed), *(str(part) for part in parts)]).encode()
    low, high = zlib.crc32(text), zlib.crc32(text[::-1])
    mixed: npt.NDArray[np.uint64] = _mixed(np.array([(high << 32) | low], dtype=np.uint64))
    return np.uint64(mixed[0])


def uniform(draw: Key, counter: IntArray) -> FloatArray:
    """One uniform number in (0, 1) for each counter; same shape.

    SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the counter times the golden gamma, mixed twice.
    """
    bits = _mixed(counter.view(np.uint64) * _GOLDEN + draw)
    unit: FloatArray = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * _TO_UNIT
    return unit


def normal(draw: Key, counter: IntArray) -> FloatArray:
    """One standard normal number for each counter, to a good approximation; same shape.

    The sum of the four 16-bit quarters of one hash (Irwin-Hall of order four): mean 0, variance 1, kurtosis 2.7, never
    beyond 3.5. Box and Muller's exact transform costs four times as much, and every use here sums many draws or needs
    no tail; the tails of prices come from the stochastic volatility and the jumps.
    """
    bits = _mixed(counter.view(np.uint64) * _GOLDEN + draw)
    pairs = (bits & _QUARTERS) + ((bits >> np.uint64(16)) & _QUARTERS)
    total = (pairs & _LOW_HALF) + (pairs >> np.uint64(32))
    drawn: FloatArray = (total.astype(np.float64) - _SUM_MEAN) * _SUM_SCALE
    return drawn


def ar1(shocks: FloatArray, *, half_life_h: float) -> FloatArray:
    """Scan `x[i] = a * x[i-1] + shocks[i]` down axis 0, starting from zero; shape (n_hours, n).

    `a` halves a deviation in `half_life_h` hours. Longer input never changes the first rows: each row uses only rows above.
    """
    n_rows = len(shocks)
    decay = 0.5 ** (1.0 / half_life_h)
    powers = decay ** np.arange(1, _SCAN_SPAN + 1, dtype=np.float64)[:, None]
    scanned = np.empty_like(shocks)
    last = np.zeros(shocks.shape[1:])
    for start in range(0, n_rows, _SCAN_SPAN):
        block = shocks[start : start + _SCAN_SPAN]
        power = powers[: len(block)]
        scanned[start : start + len(block)] = power * (last + np.cumsum(block / power, axis=0))
        last = scanned[start + len(block) - 1]
    return scanned


def _mixed(state: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """SplitMix64's finaliser, in place."""
    state ^= state >> np.uint64(30)
    state *= _MIX_1
    state ^= state >> np.uint64(27)
    state *= _MIX_2
    state ^= state >> np.uint64(31)
    return state

"""Candles as columns. Here: the Candles value and interval lengths. Not here: indicators (analytics), storage (store).

Imports numpy: only rooms that work on series import this module, so that a cached price answer does not pay for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mobius.core.errors import BadParameter

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candles:
    """OHLCV bars, oldest first; all columns of shape (n_bars,).

    `ts_ms` is each bar's opening instant in epoch milliseconds, strictly increasing. Prices are in the quote, `volume` in
    base units; NaN volume means the venue gave none, NaN open, high and low that the series holds closes only.
    """

    interval_s: int
    ts_ms: IntArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray

    def __post_init__(self) -> None:
        n_bars = len(self.ts_ms)
        for name in ("open", "high", "low", "close", "volume"):
            if len(getattr(self, name)) != n_bars:
                raise BadParameter(f"candles: column {name!r} is not as long as the times")
        if n_bars > 1 and not bool(np.all(np.diff(self.ts_ms) > 0)):
            raise BadParameter("candles: the times are not strictly increasing")

    def __len__(self) -> int:
        return len(self.ts_ms)

    def between(self, start_ms: int | None, end_ms: int | None) -> Candles:
        """Bars that open at or after `start_ms` and are closed by `end_ms` (`ts` + interval <= end)."""
        keep = np.ones(len(self), dtype=bool)
        if start_ms is not None:
            keep &= self.ts_ms >= start_ms
        if end_ms is not None:
            keep &= self.ts_ms + self.interval_s * 1000 <= end_ms
        return self.take(keep)

    def last(self, n_bars: int) -> Candles:
        return self.take(slice(max(0, len(self) - n_bars), None))

    def take(self, which: npt.NDArray[np.bool_] | slice) -> Candles:
        return Candles(
            interval_s=self.interval_s, ts_ms=self.ts_ms[which], open=self.open[which], high=self.high[which],
            low=self.low[which], close=self.close[which], volume=self.volume[which],
        )  # fmt: skip

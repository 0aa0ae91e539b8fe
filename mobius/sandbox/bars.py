"""Bars of the simulated market as columns, and how they add up to longer ones. Here: Bars. Not here: their making (market)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from mobius.core.candles import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bars:
    """Consecutive bars, oldest first, all columns of shape (n_bars,).

    Prices are in the quote. `lots`, `quote` and `trades` are whole numbers (of the series' lot, of its quote unit, of
    trades), so that sums over any cut of time agree to the last digit.
    """

    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    lots: IntArray
    quote: IntArray
    trades: IntArray

    def __len__(self) -> int:
        return len(self.open)

    def __getitem__(self, which: slice) -> Bars:
        return Bars(
            open=self.open[which], high=self.high[which], low=self.low[which], close=self.close[which],
            lots=self.lots[which], quote=self.quote[which], trades=self.trades[which],
        )  # fmt: skip

    def grouped(self, starts: IntArray) -> Bars:
        """Add up to longer bars, the i-th from `starts[i]` to just before `starts[i + 1]`; the last takes the rest."""
        ends = np.append(starts[1:], len(self)) - 1
        return Bars(
            open=self.open[starts],
            high=np.maximum.reduceat(self.high, starts),
            low=np.minimum.reduceat(self.low, starts),
            close=self.close[ends],
            lots=np.add.reduceat(self.lots, starts),
            quote=np.add.reduceat(self.quote, starts),
            trades=np.add.reduceat(self.trades, starts),
        )

    def whole(self) -> Bars:
        """All of it as one bar."""
        return self.grouped(np.zeros(1, dtype=np.int64))


def joined(parts: list[Bars]) -> Bars:
    """One after the other."""
    if len(parts) == 1:
        return parts[0]
    columns = {field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Bars)}
    return Bars(**columns)

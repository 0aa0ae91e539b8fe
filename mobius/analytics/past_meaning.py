"""What a condition has meant before on the same series. Here: forward returns after it. Not here: which (technical)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mobius.analytics.columns import checked, same_length, whole_bars
from mobius.core.candles import FloatArray
from mobius.core.errors import BadParameter


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMeaning:
    """Returns over `horizon_bars` after past occurrences, in percent; None where there were none to measure.

    `usual_*` are the same for every bar of the series: without them a share of 60 % says nothing.
    """

    n: int
    horizon_bars: int
    median_pct: float | None
    share_up_pct: float | None
    usual_median_pct: float | None
    usual_share_up_pct: float | None


def past_meaning(close: FloatArray, condition: npt.NDArray[np.bool_], *, horizon_bars: int) -> PastMeaning:
    """Forward-return distribution after `condition` came true, from the bars given and no others.

    An occurrence is a bar on which the condition holds and did not on the bar before (on the first bar that is not known, so
    it does not count). Occurrences whose horizon is not over by the last bar are left out, as are those that begin within
    the horizon of the one counted before: overlapping windows would count one move twice.

    Raises BadParameter for NaN, prices not above 0, columns of different length or a horizon under one bar.
    """
    prices = checked("close", close)
    whole_bars("horizon_bars", horizon_bars)
    same_length(close=prices, condition=np.asarray(condition, dtype=np.float64))
    if len(prices) and float(prices.min()) <= 0.0:
        raise BadParameter("forward returns need prices above 0")
    held = np.asarray(condition, dtype=bool)
    forward = prices[horizon_bars:] / prices[: max(0, len(prices) - horizon_bars)] - 1.0
    starts = np.flatnonzero(held[1:] & ~held[:-1]) + 1
    counted = _apart(starts[starts < len(forward)], horizon_bars)
    median, share = _middle(forward[counted])
    usual_median, usual_share = _middle(forward)
    return PastMeaning(
        n=len(counted), horizon_bars=horizon_bars, median_pct=median, share_up_pct=share,
        usual_median_pct=usual_median, usual_share_up_pct=usual_share,
    )  # fmt: skip


def _apart(starts: npt.NDArray[np.int64], least: int) -> npt.NDArray[np.int64]:
    kept: list[int] = []
    for start in starts.tolist():
        if not kept or start - kept[-1] >= least:
            kept.append(start)
    return np.asarray(kept, dtype=np.int64)


def _middle(returns: FloatArray) -> tuple[float | None, float | None]:
    if not len(returns):
        return None, None
    return float(np.median(returns)) * 100.0, float(np.mean(returns > 0)) * 100.0

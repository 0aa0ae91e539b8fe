"""On-balance volume. Here: the running balance and its net share. Not here: prices weighted by volume (vwap)."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mobius.analytics.columns import blank, checked, same_length, whole_bars
from mobius.core.candles import FloatArray


def obv(close: FloatArray, volume: FloatArray) -> FloatArray:
    """Volume added on bars that closed higher, taken off on bars that closed lower (Granville), from 0 at the first bar.

    In base units. Only its changes mean anything: TA-Lib begins at the first volume, so it differs by a constant. From the
    first NaN volume on the balance is not known: NaN.
    """
    return np.cumsum(_signed_volume(close, volume))


def obv_net_share(close: FloatArray, volume: FloatArray, window_bars: int = 20) -> FloatArray:
    """Change of the balance over the last `window_bars` bars as a fraction of their volume, -1 to 1.

    NaN for the first `window_bars`, and where a volume in the window is NaN or all are 0.
    """
    whole_bars("window_bars", window_bars)
    signed = _signed_volume(close, volume)
    shares = blank(len(signed))
    if len(signed) > window_bars:
        net = sliding_window_view(signed[1:], window_bars).sum(axis=1)
        whole = sliding_window_view(np.asarray(volume, dtype=np.float64)[1:], window_bars).sum(axis=1)
        shares[window_bars:] = np.where(whole > 0, net / np.where(whole > 0, whole, 1.0), np.nan)
    return shares


def _signed_volume(close: FloatArray, volume: FloatArray) -> FloatArray:
    """Volume with the sign of the bar's change; shape (n_bars,), 0 for the first bar, where there is no change."""
    prices, volumes = checked("close", close), np.asarray(volume, dtype=np.float64)
    same_length(close=prices, volume=volumes)
    signed = np.zeros(len(prices))
    signed[1:] = np.sign(np.diff(prices)) * volumes[1:]
    return signed

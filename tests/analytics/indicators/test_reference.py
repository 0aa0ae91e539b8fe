"""Indicators against a published reference series; the data is read in place."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from mobius.analytics.indicators.adx import adx
from mobius.analytics.indicators.atr import atr
from mobius.analytics.indicators.averages import ema, sma
from mobius.analytics.indicators.bollinger import bollinger
from mobius.analytics.indicators.ichimoku import ichimoku
from mobius.analytics.indicators.macd import macd
from mobius.analytics.indicators.obv import obv
from mobius.analytics.indicators.rsi import rsi
from mobius.analytics.indicators.stochastic import stochastic
from mobius.analytics.indicators.vwap import vwap_anchored
from mobius.core.candles import FloatArray

WARM_FROM = 200
"""Seeds differ between libraries; Wilder's means of 14 bars forget theirs to 1e-6 by here (ADX, smoothed twice, last)."""


@pytest.fixture(scope="module")
def reference(shared_data: Path) -> tuple[dict[str, FloatArray], dict[tuple[str, str], FloatArray]]:
    """The quotes, and each reference column by indicator and name."""
    with gzip.open(shared_data / "eval" / "indicator_reference.json.gz") as file:
        document = json.load(file)
    names = document["quotes_columns"]
    quotes = {name: np.array([row[i] for row in document["quotes"]], dtype=float) for i, name in enumerate(names) if i}
    columns = {
        (each["name"], name): np.array([np.nan if row[i] is None else row[i] for row in each["rows"]], dtype=float)
        for each in document["indicators"]
        for i, name in enumerate(each["columns"])
        if i
    }
    return quotes, columns


def ours(quotes: dict[str, FloatArray]) -> dict[tuple[str, str], FloatArray]:
    high, low, close, volume = (quotes[name] for name in ("high", "low", "close", "volume"))
    momentum, bands, slow = macd(close), bollinger(close), stochastic(high, low, close)
    trend, lines = adx(high, low, close), ichimoku(high, low, close)
    return {
        ("Sma", "sma"): sma(close), ("Ema", "ema"): ema(close), ("Rsi", "rsi"): rsi(close),
        ("Macd", "macd"): momentum.line, ("Macd", "signal"): momentum.signal, ("Macd", "histogram"): momentum.histogram,
        ("BollingerBands", "sma"): bands.mean, ("BollingerBands", "upperBand"): bands.upper,
        ("BollingerBands", "lowerBand"): bands.lower, ("BollingerBands", "zScore"): bands.z_score(close),
        ("Atr", "atr"): atr(high, low, close), ("Adx", "adx"): trend.adx, ("Adx", "pdi"): trend.plus_di,
        ("Adx", "mdi"): trend.minus_di, ("Stoch", "k"): slow.k, ("Stoch", "d"): slow.d, ("Obv", "obv"): obv(close, volume),
        ("Vwap", "vwap"): vwap_anchored(high, low, close, volume), ("Ichimoku", "tenkanSen"): lines.conversion,
        ("Ichimoku", "kijunSen"): lines.base, ("Ichimoku", "senkouSpanA"): lines.span_a,
        ("Ichimoku", "senkouSpanB"): lines.span_b, ("Ichimoku", "chikouSpan"): lines.lagging,
    }  # fmt: skip


def test_every_column_agrees_with_the_reference_after_warm_up(
    reference: tuple[dict[str, FloatArray], dict[tuple[str, str], FloatArray]],
) -> None:
    quotes, columns = reference
    for key, values in ours(quotes).items():
        expected = columns[key]
        found = values[: len(expected)]
        assert (np.isnan(found) == np.isnan(expected))[WARM_FROM:].all(), key
        difference = np.abs(found - expected) / np.maximum(np.abs(expected), 1e-12)
        assert np.nanmax(difference[WARM_FROM:]) < 1e-6, key

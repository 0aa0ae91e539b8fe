"""Windows and bars: lengths of time by their words, and which is which for an intent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.instants import span_s
from mobius.language.spans import read_spans, window_and_interval

NOW = datetime(2025, 6, 11, 12, tzinfo=UTC)


def _read(text: str, intent: str) -> tuple[str | None, str | None]:
    spans = window_and_interval(read_spans(text, NOW), intent)
    return spans.window, spans.interval


@pytest.mark.parametrize(
    ("text", "intent", "window", "interval"),
    [
        ("eth daily last 6 months", "chart", "180d", "1d"),
        ("sol on the 4h", "technicals", None, "4h"),
        ("btc 4h chart 90 days", "chart", "90d", "4h"),
        ("eth 1d", "chart", None, "1d"),
        ("btc 15m candles", "chart", None, "15m"),
        ("how did btc do this week", "price", "7d", None),
        ("this month", "news", "30d", None),
        ("last year", "chart", "1y", None),
        ("past 2 years", "chart", "2y", None),
        ("last 24 hours", "price", "24h", None),
        ("in a week", "forecast", "7d", None),
        ("tomorrow", "forecast", "24h", None),
        ("next month", "forecast", "30d", None),
        ("200 day moving average", "technicals", None, None),
        ("today", "price", None, None),
        ("daily active users", "defi_flows", None, None),
        ("a month ago", "price", None, None),
        ("ytd", "price", "162d", None),
        ("in the past day", "whales", "24h", None),
        ("letzte woche", "chart", "7d", None),
        ("últimos 3 meses".replace("ú", "u"), "chart", "90d", None),
        ("за неделю", "chart", "7d", None),
        ("last quarter", "defi_flows", "90d", None),
        ("move over 15m usdt", "whales", None, None),
    ],
)
def test_spans_are_read(text: str, intent: str, window: str | None, interval: str | None) -> None:
    assert _read(text, intent) == (window, interval)


@given(st.text(max_size=120))
def test_every_span_is_one_that_core_reads(text: str) -> None:
    for span in read_spans(text, NOW):
        assert span_s(span.text) > 0
        assert 0 <= span.start < span.end <= len(text.lower())


@given(st.integers(min_value=2, max_value=300))
def test_days_stay_days(count: int) -> None:
    assert _read(f"last {count} days", "price")[0] == f"{count}d"

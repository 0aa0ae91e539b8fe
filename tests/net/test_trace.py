"""Spans, redaction and header instants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.errors import SourceUnavailable
from mobius.core.sources import SourceSpec
from mobius.net.dates import http_date, retry_after_s
from mobius.net.redact import redacted
from mobius.net.trace import Traced

if TYPE_CHECKING:
    from tests.net.conftest import Script

NOW = datetime(2026, 11, 1, 10, 15, tzinfo=UTC)


class Notes:
    def __init__(self) -> None:
        self.spans: list[tuple[str, dict[str, str | int | float]]] = []
        self.closed = 0

    @contextmanager
    def span(self, name: str, **fields: str | int | float) -> Iterator[None]:
        self.spans.append((name, fields))
        try:
            yield
        finally:
            self.closed += 1


async def test_each_request_is_one_span_without_its_key(spec: SourceSpec, script: Callable[..., Script]) -> None:
    notes = Notes()
    traced = Traced(script(200, SourceUnavailable("example", "down")), spec, notes)
    await traced.get("/spot", {"ids": "btc,eth", "api_key": "CG-1"})
    with pytest.raises(SourceUnavailable):
        await traced.get("/spot")
    assert notes.spans == [
        ("http", {"source": "example", "path": "/spot?ids=btc,eth&api_key=***"}),
        ("http", {"source": "example", "path": "/spot"}),
    ]
    assert notes.closed == 2


@given(st.text(alphabet="abcXYZ0123456789-_.~", min_size=4, max_size=30))
def test_no_key_survives_redaction(secret: str) -> None:
    url = f"https://user:{secret}@host.example/p?x=1&apiKey={secret}&token={secret}&z=2"
    assert redacted(url) == "https://host.example/p?x=1&apiKey=***&token=***&z=2"


def test_an_address_without_secrets_is_unchanged() -> None:
    url = "https://api.example.org/v1/coins?ids=bitcoin&vs_currency=usd@1"
    assert redacted(url) == url


@given(st.integers(0, 4_000_000_000))
def test_every_date_header_is_read_back(epoch_s: int) -> None:
    moment = datetime.fromtimestamp(epoch_s, tz=UTC)
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    text = f"{days[moment.weekday()]}, {moment:%d} {months[moment.month - 1]} {moment:%Y %H:%M:%S} GMT"
    assert http_date(text) == moment


@given(st.text(max_size=40))
def test_no_text_breaks_the_header_readers(text: str) -> None:
    http_date(text)
    wait_s = retry_after_s({"retry-after": text}, NOW)
    assert wait_s is None or wait_s >= 0


def test_an_instant_in_the_past_means_no_wait() -> None:
    assert retry_after_s({"retry-after": "Sun, 01 Nov 2026 10:14:00 GMT"}, NOW) == 0.0
    assert retry_after_s({"retry-after": "1.5"}, NOW) == 1.5
    assert retry_after_s({}, NOW) is None
    assert http_date("Sun, 31 Feb 2026 10:14:00 GMT") is None

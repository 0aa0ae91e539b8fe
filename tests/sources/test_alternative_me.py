"""The fear and greed index: numbers in quotes, one a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.needs import FearGreedQuery
from mobius.sources.reference.alternative_me import fear_greed, parse_fear_greed

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]


async def test_days_come_newest_first(provider: Providers, written: Written) -> None:
    http = provider(written("alternative_me_fng"))
    got = await fear_greed(FearGreedQuery(days=2), http)
    assert http.asked == [("/fng/", {"limit": "2"})]
    today, yesterday = got.value
    assert (today.value, today.label, today.field) == (38, "Fear", "data[0].value")
    assert today.at == datetime(2026, 11, 1, tzinfo=UTC)
    assert (yesterday.value, yesterday.field) == (52, "data[1].value")
    assert got.endpoint == "/fng/?limit=2"


@pytest.mark.parametrize("value", ["101", "-1", "38.5", "", "NaN", "999999999", "٣٨٠"])
def test_what_is_no_index_is_refused_with_its_place(value: str) -> None:
    body = f'{{"data": [{{"value": "{value}", "value_classification": "x", "timestamp": "1793491200"}}]}}'.encode()
    with pytest.raises(SourceChanged) as caught:
        parse_fear_greed(body, FearGreedQuery())
    assert caught.value.path == "$.data[0].value"


def test_an_instant_out_of_bounds_is_refused() -> None:
    body = b'{"data": [{"value": "1", "value_classification": "x", "timestamp": "99999999999999999999"}]}'
    with pytest.raises(SourceChanged) as caught:
        parse_fear_greed(body, FearGreedQuery())
    assert caught.value.path == "$.data[0].timestamp"


def test_its_own_error_and_an_empty_list() -> None:
    with pytest.raises(SourceUnavailable, match="busy"):
        parse_fear_greed(b'{"data": [], "metadata": {"error": "busy"}}', FearGreedQuery())
    with pytest.raises(NoData):
        parse_fear_greed(b'{"data": [], "metadata": {"error": null}}', FearGreedQuery())

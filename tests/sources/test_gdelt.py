"""GDELT: articles, tone, and faults that are a line of text with status 200."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import BadParameter, NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.record_needs import HeadlinesQuery, ToneQuery
from mobius.sources.reference.gdelt import headlines, parse_tone, tone

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]

BITCOIN = HeadlinesQuery(words=("Bitcoin",), hours=24)


async def test_articles_are_searched_by_name_in_english(provider: Providers, written: Written) -> None:
    http = provider(written("gdelt_articles"))
    got = await headlines(BITCOIN, http)
    ((path, asked),) = http.asked
    assert (path, asked["query"], asked["timespan"], asked["mode"]) == (
        "/doc/doc", '"Bitcoin" sourcelang:eng', "1d", "artlist",
    )  # fmt: skip
    first, second = got.value
    assert (first.title, first.outlet) == ("Bitcoin falls as traders wait", "example.org")
    assert first.published_at == datetime(2026, 11, 1, 10, 15, tzinfo=UTC)
    assert (second.address, second.published_at, second.field) == ("", None, "articles[1].title")


async def test_several_names_are_alternatives(provider: Providers, written: Written) -> None:
    http = provider(written("gdelt_articles"))
    await headlines(HeadlinesQuery(words=("Bitcoin", "Ethereum"), hours=5), http)
    assert http.asked[0][1]["query"] == '("Bitcoin" OR "Ethereum") sourcelang:eng'
    assert http.asked[0][1]["timespan"] == "5h"


async def test_a_word_that_would_break_out_of_the_search_is_refused(provider: Providers) -> None:
    with pytest.raises(BadParameter):
        await headlines(HeadlinesQuery(words=('x" OR domain:evil',)), provider())


async def test_tone_comes_by_day(provider: Providers, written: Written) -> None:
    got = await tone(ToneQuery(words=("Bitcoin",)), provider(written("gdelt_tone")))
    assert [(point.value, point.field) for point in got.value] == [
        (Decimal("-1.27"), "timeline[0].data[0].value"),
        (Decimal("0.4113"), "timeline[0].data[1].value"),
    ]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"Please limit requests to one every 5 seconds or contact us.", RateLimited),
        (b"The specified phrase is too short.", SourceUnavailable),
        (b"<html>busy</html>", SourceChanged),
        (b'{"articles": 3}', SourceChanged),
        (b'{"articles": [{"title": "x", "see', SourceUnavailable),
        (b"", NoData),
        (b"{}", NoData),
    ],
)
async def test_a_fault_within_success_is_a_fault(provider: Providers, body: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        await headlines(BITCOIN, provider(body))


@pytest.mark.parametrize("value", ["101", "-1e9", '"x"'])
def test_what_is_no_tone_is_refused(value: str) -> None:
    with pytest.raises(SourceChanged, match=r"timeline\[0\].data\[0\].value"):
        parse_tone(f'{{"timeline": [{{"data": [{{"date": "20261031T000000Z", "value": {value}}}]}}]}}'.encode())


async def test_nothing_asked_is_no_request(provider: Providers) -> None:
    with pytest.raises(NoData):
        await headlines(HeadlinesQuery(), provider())

"""The official journal: documents with the term, from a day on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, SourceChanged
from mobius.core.record_needs import RulesQuery
from mobius.sources.reference.federal_register import parse_rules, rules

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]

QUERY = RulesQuery(since=date(2026, 10, 1), agencies=("securities-and-exchange-commission",))


async def test_documents_are_asked_by_term_agency_and_day(provider: Providers, written: Written) -> None:
    http = provider(written("federal_register"))
    got = await rules(QUERY, http)
    ((path, asked),) = http.asked
    assert (path, asked["conditions[term]"]) == ("/documents.json", '"digital asset"')
    assert asked["conditions[publication_date][gte]"] == "2026-10-01"
    assert asked["conditions[agencies][0]"] == "securities-and-exchange-commission"
    (rule,) = got.value
    assert (rule.title, rule.kind) == ("Custody of Digital Asset Securities", "Proposed Rule")
    assert rule.agencies == ("Securities and Exchange Commission",)
    assert (rule.published_on, rule.field) == (date(2026, 10, 29), "results[0].title")


async def test_no_results_key_is_nothing_found(provider: Providers) -> None:
    with pytest.raises(NoData):
        await rules(QUERY, provider(b'{"count": 0}'))


@pytest.mark.parametrize("body", [b'{"results": {}}', b"[]", b"<html>", b'{"results": [{"title": "x"}]}'])
def test_another_shape_is_said(body: bytes) -> None:
    with pytest.raises(SourceChanged):
        parse_rules(body, QUERY)

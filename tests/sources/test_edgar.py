"""EDGAR: a table told column by column, full text, and its page for those who do not say who they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, NotConfigured, SourceChanged
from mobius.core.record_needs import FilingsQuery
from mobius.sources.reference.edgar import FILERS, SEARCH, SPEC, offers, parse_submissions

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]

QUERY = FilingsQuery(asset="BTC", since=date(2026, 10, 1), until=date(2026, 11, 1))


async def test_known_filers_are_asked_and_only_new_documents_told(
    provider: Providers, written: Written, make_reply: Callable[..., object]
) -> None:
    first = f"/submissions/CIK{FILERS['BTC'][0]:010d}.json"
    http = provider(
        lambda path, _: written("edgar_submissions") if path == first else None, make_reply(b"<html>", status=404)
    )
    got = await offers(SPEC)["filings"](QUERY, http)
    assert {path for path, _ in http.asked} == {f"/submissions/CIK{cik:010d}.json" for cik in FILERS["BTC"]}
    newest, older = got.value
    assert (newest.filer, newest.form, newest.filed_on) == ("Example Bitcoin Trust", "10-Q", date(2026, 10, 30))
    assert newest.field == "filings.recent.form[0]"
    assert newest.address == "https://www.sec.gov/Archives/edgar/data/1980994/000198099426000031/xbit-20260930.htm"
    assert older.address.endswith("/000198099426000030/"), "a name that is no file's is left out"


async def test_full_text_finds_filers_newest_first(provider: Providers, written: Written) -> None:
    http = provider(written("edgar_search"))
    got = await offers(SEARCH)["filings"](QUERY, http)
    assert http.asked[0][1]["q"] == '"spot bitcoin"'
    assert (http.asked[0][1]["startdt"], http.asked[0][1]["enddt"]) == ("2026-10-01", "2026-11-01")
    assert [row.form for row in got.value] == ["8-K", "S-1"]
    assert got.source == "edgar_search"


@pytest.mark.parametrize("spec", [SPEC, SEARCH], ids=lambda spec: spec.name)
async def test_a_refusal_says_what_it_wants(
    provider: Providers, make_reply: Callable[..., object], spec: object
) -> None:
    with pytest.raises(NotConfigured) as caught:
        await offers(spec)["filings"](QUERY, provider(make_reply(b"<html>Undeclared tool</html>", status=403)))  # type: ignore[arg-type]
    assert "MOBIUS_CONTACT" in (caught.value.hint or "")


def test_columns_of_different_length_are_a_changed_shape() -> None:
    body = b'{"name": "x", "filings": {"recent": {"accessionNumber": [], "form": ["8-K"], "filingDate": []}}}'
    with pytest.raises(SourceChanged) as caught:
        parse_submissions(body, 1, QUERY)
    assert caught.value.path == "$.filings.recent"


def test_a_number_that_is_none_is_refused_with_its_place(written: Written) -> None:
    body = written("edgar_submissions").replace(b"0001980994-26-000030", b"../../../etc/passwd0")
    with pytest.raises(SourceChanged) as caught:
        parse_submissions(body, 1, QUERY)
    assert caught.value.path == "$.filings.recent.accessionNumber[1]"


async def test_an_asset_without_known_filers_costs_no_request(provider: Providers) -> None:
    with pytest.raises(NoData):
        await offers(SPEC)["filings"](FilingsQuery(asset="DOGE", since=QUERY.since, until=QUERY.until), provider())

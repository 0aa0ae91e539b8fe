"""The Federal Register, the official journal of the United States: rules, proposals, notices. Keyless. Here: SPEC, rows, parse,
fetch. Not here: press releases (rss), filings of companies (edgar).
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from mobius.core.errors import NoData
from mobius.core.facts import Sourced
from mobius.core.keeping import DAILY
from mobius.core.ports import Http
from mobius.core.record_needs import Rule, RulesQuery
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.outside import plain_text, web_address
from mobius.sources.reading import decode, endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="federal_register",
    title="Federal Register",
    kind="official",
    base_url="https://www.federalregister.gov/api/v1",
    limits=Limits(per_minute=60, burst=4, concurrent=2, timeout_s=4.0),
    needs=("rules",),
    rights=Rights(attribution="Federal Register (federalregister.gov)", may_share=True),
    probe="/documents.json?per_page=1&fields[]=document_number",
)
DOCUMENTS = "/documents.json"
PAGE = 20


class _Agency(Struct, frozen=True):
    name: str | None = None
    raw_name: str | None = None


class _Document(Struct, frozen=True):
    document_number: str
    title: str
    publication_date: date
    type: str = ""
    html_url: str = ""
    agencies: tuple[_Agency, ...] = ()


class _Documents(Struct, frozen=True):
    results: tuple[_Document, ...] = ()
    """Left out where nothing was found."""


def parse_rules(body: bytes, query: RulesQuery) -> tuple[Rule, ...]:
    """Documents newest first, as they come, from the query's day on."""
    found = decode(body, _Documents, SPEC.name).results
    rows = (_rule(document, place) for place, document in enumerate(found))
    return tuple(row for row in rows if row.published_on >= query.since)


def _rule(document: _Document, place: int) -> Rule:
    return Rule(
        number=plain_text(document.document_number, 40),
        title=plain_text(document.title),
        kind=plain_text(document.type, 40),
        published_on=document.publication_date,
        agencies=tuple(plain_text(agency.name or agency.raw_name, 80) for agency in document.agencies[:6]),
        address=web_address(document.html_url),
        field=f"results[{place}].title",
    )


async def rules(query: RulesQuery, http: Http) -> Sourced[tuple[Rule, ...]]:
    """Documents with the term. Several agencies are asked as one list. Raises NoData where there is none."""
    params = {
        "conditions[term]": f'"{query.term}"', "conditions[publication_date][gte]": query.since.isoformat(),
        "order": "newest", "per_page": str(PAGE),
    }  # fmt: skip
    # a name stands once in our parameters: the service takes numbered places of a list as well as empty ones
    params |= {f"conditions[agencies][{n}]": slug for n, slug in enumerate(query.agencies)}
    reply = await http.get(DOCUMENTS, params, keep=DAILY)
    expect_ok(reply, SPEC.name)
    rows = parse_rules(reply.body, query)
    if not rows:
        raise NoData(SPEC.name, f"The {SPEC.title} holds nothing on {query.term[:40]}.")
    return sourced(rows, SPEC.name, endpoint(DOCUMENTS, params), [reply])


OFFERS = {"rules": rules}

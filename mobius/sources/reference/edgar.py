"""SEC EDGAR: what funds and large holders filed, and filings that name an asset. Keyless, with a contact in the User-Agent.

Here: SPECS of its two hosts, rows, parse, fetch. Not here: press releases (rss), holdings (coingecko_treasuries).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from msgspec import Struct, field

from mobius.core.assets import ASSETS
from mobius.core.errors import NoData, NotConfigured, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.keeping import DAILY
from mobius.core.ports import Http, Reply
from mobius.core.record_needs import Filing, FilingsQuery
from mobius.core.sources import Limits, Need, Rights, SourceSpec
from mobius.sources.asking import ask_each
from mobius.sources.outside import plain_text
from mobius.sources.reading import decode, endpoint, expect_ok, sourced

_LIMITS = Limits(per_minute=300, burst=5, concurrent=3, timeout_s=4.0)  # ten a second are allowed
_RIGHTS = Rights(attribution="Filings: SEC EDGAR (sec.gov)", may_share=True)
SPEC = SourceSpec(
    name="edgar", title="SEC EDGAR", kind="official", base_url="https://data.sec.gov", limits=_LIMITS, needs=("filings",),
    rights=_RIGHTS, wants_contact=True, probe="/submissions/CIK0001980994.json",
)  # fmt: skip
SEARCH = SourceSpec(
    name="edgar_search", title="SEC EDGAR full text", kind="official", base_url="https://efts.sec.gov", limits=_LIMITS,
    needs=("filings",), rights=_RIGHTS, wants_contact=True,
    probe="/LATEST/search-index?q=%22spot%20bitcoin%22&forms=8-K", family="edgar",
)  # fmt: skip
SPECS = (SPEC, SEARCH)
FILERS: Mapping[str, tuple[int, ...]] = {
    "BTC": (1_980_994, 1_588_489, 1_050_446),  # iShares Bitcoin Trust, Grayscale Bitcoin Trust, Strategy
    "ETH": (2_000_638, 1_725_210),  # iShares Ethereum Trust, Grayscale Ethereum Trust
}
"""Central index keys by what they hold. The name shown is the one the reply gives."""
FORMS = "8-K,S-1,S-3,19b-4,10-K,10-Q,424B3"
INDEX = "/LATEST/search-index"
MOST = 40
_NUMBER = re.compile(r"\d{10}-\d{2}-\d{6}")
_DOCUMENT = re.compile(r"[\w.\-]{1,80}")


class _Recent(Struct, frozen=True, rename="camel"):
    accession_number: tuple[str, ...]
    form: tuple[str, ...]
    filing_date: tuple[date, ...]
    primary_document: tuple[str, ...] = ()


class _Filings(Struct, frozen=True):
    recent: _Recent


class _Submissions(Struct, frozen=True):
    name: str
    filings: _Filings


class _Found(Struct, frozen=True):
    form: str = ""
    file_date: date | None = None
    adsh: str = ""
    display_names: tuple[str, ...] = ()


class _Hit(Struct, frozen=True):
    source: _Found = field(name="_source")


class _Hits(Struct, frozen=True):
    hits: tuple[_Hit, ...] = ()


class _Search(Struct, frozen=True):
    hits: _Hits


def _expect_ok(reply: Reply, spec: SourceSpec) -> None:
    """It refuses who does not say how to be reached, with a page of HTML."""
    if reply.status == 403:
        raise NotConfigured(f"{spec.title} wants an address to write to.", hint="Set MOBIUS_CONTACT to one of yours.")
    expect_ok(reply, spec.name)


def parse_submissions(body: bytes, cik: int, query: FilingsQuery) -> tuple[Filing, ...]:
    """One filer's documents from the query's day on, newest first as they come. Its table is given column by column."""
    reply = decode(body, _Submissions, SPEC.name)
    table = reply.filings.recent
    columns = (table.accession_number, table.form, table.filing_date, table.primary_document or table.form)
    if len({len(column) for column in columns}) != 1:
        raise SourceChanged(SPEC.name, "columns of different length", path="$.filings.recent")
    rows: list[Filing] = []
    for n, (number, form, filed_on) in enumerate(zip(*columns[:3], strict=True)):
        if filed_on < query.since or len(rows) == MOST:
            continue
        document = table.primary_document[n] if table.primary_document else ""
        rows.append(
            Filing(
                filer=plain_text(reply.name, 80),
                form=plain_text(form, 20),
                filed_on=filed_on,
                number=_number(number, f"$.filings.recent.accessionNumber[{n}]", SPEC.name),
                address=_address(cik, number, document),
                field=f"filings.recent.form[{n}]",
            )
        )
    return tuple(rows)


def _number(text: str, path: str, source: str) -> str:
    if not (text.isascii() and _NUMBER.fullmatch(text)):
        raise SourceChanged(source, "not a number of a filing", path=path)
    return text


def _address(cik: int, number: str, document: str) -> str:
    folder = f"https://www.sec.gov/Archives/edgar/data/{cik}/{number.replace('-', '')}/"
    return folder + document if document.isascii() and _DOCUMENT.fullmatch(document) else folder


def parse_search(body: bytes, query: FilingsQuery) -> tuple[Filing, ...]:
    """Documents that hold the words, newest first; one without a date or number is left out."""
    hits = decode(body, _Search, SEARCH.name).hits.hits
    rows = []
    for n, hit in enumerate(hits):
        found = hit.source
        if found.file_date is None or not found.adsh or found.file_date < query.since:
            continue
        number = _number(found.adsh, f"$.hits.hits[{n}]._source.adsh", SEARCH.name)
        rows.append(
            Filing(
                filer=plain_text(found.display_names[0] if found.display_names else "unnamed", 80),
                form=plain_text(found.form, 20),
                filed_on=found.file_date,
                number=number,
                address=f"https://www.sec.gov/Archives/edgar/data/{int(number[:10])}/{number.replace('-', '')}/",
                field=f"hits.hits[{n}]._source.form",
            )
        )
    return tuple(sorted(rows, key=lambda row: row.filed_on, reverse=True)[:MOST])


async def submissions(query: FilingsQuery, http: Http) -> Sourced[tuple[Filing, ...]]:
    """What the known filers of the asset handed in. Raises NoData where none is known or all were silent."""

    async def ask(cik: str) -> Reply:
        reply = await http.get(f"/submissions/CIK{int(cik):010d}.json", keep=DAILY)
        _expect_ok(reply, SPEC)
        return reply

    ciks = FILERS.get(query.asset, ())
    replies = await ask_each(map(str, ciks), ask) if ciks else {}
    rows = [row for cik, reply in replies.items() for row in parse_submissions(reply.body, int(cik), query)]
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} holds nothing new of the known holders of {query.asset}.")
    ordered = tuple(sorted(rows, key=lambda row: row.filed_on, reverse=True)[:MOST])
    return sourced(ordered, SPEC.name, "/submissions/", list(replies.values()))


async def search(query: FilingsQuery, http: Http) -> Sourced[tuple[Filing, ...]]:
    """Documents of any filer that name a spot fund of the asset. Raises NoData."""
    asset = ASSETS.get(query.asset)
    if asset is None:
        raise NoData(SEARCH.name, f"{SEARCH.title} is not asked about {query.asset}.")
    params = {
        "q": f'"spot {asset.name.lower()}"', "forms": FORMS, "dateRange": "custom", "startdt": query.since.isoformat(),
        "enddt": query.until.isoformat(),
    }  # fmt: skip
    reply = await http.get(INDEX, params, keep=DAILY)
    _expect_ok(reply, SEARCH)
    rows = parse_search(reply.body, query)
    if not rows:
        raise NoData(SEARCH.name, f"{SEARCH.title} found no filing on {asset.name}.")
    return sourced(rows, SEARCH.name, endpoint(INDEX, params), [reply])


def offers(spec: SourceSpec) -> Mapping[Need, Callable[[Any, Http], Awaitable[Sourced[Any]]]]:
    return {"filings": partial(search if spec.name == SEARCH.name else submissions)}

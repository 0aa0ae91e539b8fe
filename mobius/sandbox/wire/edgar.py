"""The SEC's EDGAR, two hosts: filings of one filer (`data.sec.gov`, in columns) and full-text search (`efts.sec.gov`).

A User-Agent without a way to reach its owner is refused with a page. Here: submissions/CIK….json, LATEST/search-index. Not
here: the documents themselves, press releases (wire.rss).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.offices import FUNDS, filings
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said

_REFUSED = b"<!doctype html><title>SEC.gov | Your Request Originates from an Undeclared Automated Tool</title>"


def _declared(handler: Callable[[Ask, Scene], Said]) -> Callable[[Ask, Scene], Said]:
    def answer(ask: Ask, scene: Scene) -> Said:
        agent = ask.headers.get("user-agent")
        if agent is not None and "@" not in agent and "http" not in agent:
            return Said(body=_REFUSED, status=403, content_type="text/html")
        return handler(ask, scene)

    return answer


def _submissions(ask: Ask, scene: Scene) -> Said:
    name = ask.parts.get("name", "")
    digits = name.removeprefix("CIK").removesuffix(".json")
    cik = int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 10 else 0
    if cik not in FUNDS or not name.startswith("CIK"):
        return Said(
            body=b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>",
            status=404,
            content_type="application/xml",
        )
    found = filings(scene.world, now_s=scene.now_s, cik=cik)
    columns: dict[str, Json] = {
        "accessionNumber": [each.number for each in found], "filingDate": [each.day.isoformat() for each in found],
        "reportDate": [each.day.isoformat() for each in found],
        "acceptanceDateTime": [f"{each.day.isoformat()}T15:00:00.000Z" for each in found], "act": ["34" for _ in found],
        "form": [each.form for each in found], "fileNumber": ["001-40000" for _ in found],
        "primaryDocument": [each.document for each in found], "primaryDocDescription": [each.form for each in found],
        "isXBRL": [0 for _ in found],
    }  # fmt: skip
    return said(
        {
            "cik": f"{cik:010d}", "entityType": "other", "name": FUNDS[cik][0], "tickers": [], "exchanges": ["Nasdaq"],
            "filings": {"recent": columns, "files": []},
        }
    )  # fmt: skip


def _search(ask: Ask, scene: Scene) -> Said:
    words = ask.params.get("q", "").strip('" ').lower().split()
    if not words:
        return said({"error": "Blank search not valid"}, status=400)
    forms = {form for form in ask.params.get("forms", "").split(",") if form}
    try:
        first = date.fromisoformat(ask.params.get("startdt") or "2001-01-01")
        last = date.fromisoformat(ask.params.get("enddt") or "2999-12-31")
    except ValueError:
        return said({"error": "Invalid date"}, status=400)
    found = [
        each
        for each in filings(scene.world, now_s=scene.now_s)
        if first <= each.day <= last
        and (not forms or each.form in forms)
        and all(word in f"spot {each.about} {each.filer} etf trust".lower() for word in words)
    ]
    hits: list[Json] = [
        {
            "_index": "edgar_file", "_id": f"{each.number}:{each.document}", "_score": 9.0,
            "_source": {
                "ciks": [f"{each.cik:010d}"], "display_names": [f"{each.filer}  (CIK {each.cik:010d})"], "form": each.form,
                "root_forms": [each.form], "file_date": each.day.isoformat(), "period_ending": None, "adsh": each.number,
                "file_type": each.form, "file_description": each.form, "sics": ["6221"],
            },
        }
        for each in found[:100]
    ]  # fmt: skip
    total: Json = {"value": len(found), "relation": "eq"}
    return said({"took": 9, "timed_out": False, "hits": {"total": total, "max_score": 9.0, "hits": hits}})


def _missing(ask: Ask, scene: Scene) -> Said:
    return Said(
        body=b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", status=404, content_type="application/xml"
    )


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return Said(
        body=b"<!doctype html><title>Request Rate Threshold Exceeded</title>", status=429, content_type="text/html"
    )


def _provider(name: str, path: str, handler: Callable[[Ask, Scene], Said]) -> Provider:
    return Provider(
        name=name, prefix=f"/{name}", routes={path: _declared(handler)}, missing=_missing, limited=_limited,
        limiters={"free": lambda: TokenBucket(10, 600)},
    )  # fmt: skip


PROVIDERS = (
    _provider("edgar", "/submissions/{name}", _submissions),
    _provider("edgar_search", "/LATEST/search-index", _search),
)

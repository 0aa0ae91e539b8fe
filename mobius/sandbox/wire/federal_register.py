"""The Federal Register (`federalregister.gov/api/v1`): documents of agencies with a term, newest first.

Here: documents.json with a term, agencies, a first day and pages. Not here: full texts, public inspection.
"""

from __future__ import annotations

from datetime import date

from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.offices import OFFICES, Document, documents
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said, whole

_SITE = "https://www.federalregister.gov"
_USUAL, _MOST = 20, 1000


def _documents(ask: Ask, scene: Scene) -> Said:
    term = ask.params.get("conditions[term]", "").strip('" ').lower()
    agencies = {value for name, value in ask.params.items() if name.startswith("conditions[agencies]")}
    since = ask.params.get("conditions[publication_date][gte]")
    try:
        first = date.fromisoformat(since) if since else date.min
    except ValueError:
        return said({"errors": {"publication_date": "is not a valid date"}}, status=400)
    if agencies - set(OFFICES):
        return said({"errors": {"agencies": "invalid agency"}}, status=400)
    found = [
        each
        for each in documents(scene.world, now_s=scene.now_s)
        if each.day >= first and (not agencies or each.office in agencies) and _holds(each, term)
    ]
    per_page, page = (whole(ask.params.get(name, "")) or usual for name, usual in (("per_page", _USUAL), ("page", 1)))
    per_page = min(per_page, _MOST)
    shown = found[(page - 1) * per_page : page * per_page]
    more = f"{_SITE}/api/v1/documents.json?page={page + 1}" if page * per_page < len(found) else None
    rows: list[Json] = [_row(each) for each in shown]
    answer: dict[str, Json] = {
        "count": len(found),
        "description": "Documents",
        "total_pages": -(-len(found) // per_page),
    }
    return said(answer | ({"next_page_url": more} if more else {}) | ({"results": rows} if rows else {}))


def _holds(document: Document, term: str) -> bool:
    """Whether every word of the term, or its whole, stands in the document."""
    text = f"{document.title} {document.summary}".lower()
    return term in text or all(word in text for word in term.split())


def _row(document: Document) -> Json:
    stem = f"{_SITE}/documents/{document.day:%Y/%m/%d}/{document.number}"
    return {
        "document_number": document.number, "title": document.title, "type": document.kind, "abstract": document.summary,
        "publication_date": document.day.isoformat(), "html_url": stem, "pdf_url": None, "excerpts": None,
        "agencies": [
            {"raw_name": OFFICES[document.office].upper(), "name": OFFICES[document.office], "id": 1, "slug": document.office}
        ],
    }  # fmt: skip


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"status": 404, "message": "Record Not Found"}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said(
        {"status": 429, "message": "Too Many Requests"}, status=429, headers={"Retry-After": str(spent.retry_after_s)}
    )


PROVIDER = Provider(
    name="federal_register",
    prefix="/federal_register/api/v1",
    routes={"/documents.json": _documents},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(60, 60)},
)

"""The CFTC's weekly positions (`publicreporting.cftc.gov`, Socrata): traders in financial futures, futures only.

Every value is text. Here: `resource/gpe5-46if.json` with a name or part of one, an order and a limit. Not here: other reports.
"""

from __future__ import annotations

import re

from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.offices import CONTRACTS, Position, positions
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said, whole

_LIKE = re.compile(r"contract_market_name\s+like\s+'(%?)(.*?)(%?)'", re.IGNORECASE)
_EQUAL = re.compile(r"contract_market_name\s*=\s*'(.*?)'", re.IGNORECASE)
_USUAL, _WEEKS = 1000, 110


def _report(ask: Ask, scene: Scene) -> Said:
    where, limit = ask.params.get("$where", ""), ask.params.get("$limit", str(_USUAL))
    like, equal = _LIKE.search(where), _EQUAL.search(where)
    if (where and like is None and equal is None) or whole(limit) is None:
        body = {"message": "Query coordinator error: query.soql.parse-error", "errorCode": "query.soql.parse-error"}
        return said(body, status=400)
    names = [name for name in CONTRACTS if (equal is None or name == equal[1]) and (like is None or _like(name, like))]
    newest = "desc" in ask.params.get("$order", "").lower()
    weeks = min(_WEEKS, int(limit) // max(len(names), 1) + 1) if newest else _WEEKS
    found = positions(scene.world, tuple(names), now_s=scene.now_s, weeks=weeks)
    rows: list[Json] = [_row(each) for each in (found if newest else found[::-1])[: int(limit)]]
    return said(rows)


def _like(name: str, match: re.Match[str]) -> bool:
    part = match[2].upper()
    if match[1] and match[3]:
        return part in name
    return name.endswith(part) if match[1] else name.startswith(part) if match[3] else name == part


def _row(position: Position) -> Json:
    row: dict[str, Json] = {
        "market_and_exchange_names": f"{position.contract} - CHICAGO MERCANTILE EXCHANGE",
        "report_date_as_yyyy_mm_dd": f"{position.day.isoformat()}T00:00:00.000",
        "contract_market_name": position.contract, "cftc_contract_market_code": "133741", "cftc_market_code": "CME ",
        "commodity_name": position.contract, "open_interest_all": str(position.open_interest), "contract_units": "(5 UNITS)",
        "futonly_or_combined": "FutOnly",
    }  # fmt: skip
    names = {"asset_mgr": "", "lev_money": "", "dealer": "_all", "other_rept": ""}
    for kind, (long, short) in position.held.items():
        row[f"{kind}_positions_long{names[kind]}"] = str(long)
        row[f"{kind}_positions_short{names[kind]}"] = str(short)
        row[f"{kind}_positions_spread{names[kind]}"] = str(min(long, short) // 3)
    return row


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"code": "not_found", "error": True, "message": "Cannot find view"}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said(
        {"code": "too_many_requests", "error": True}, status=429, headers={"Retry-After": str(spent.retry_after_s)}
    )


PROVIDER = Provider(
    name="cftc",
    prefix="/cftc",
    routes={"/resource/gpe5-46if.json": _report},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(60, 60)},
)

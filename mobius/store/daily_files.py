"""Files of daily series: fund flows (`date,fund,net_flow_usd`) and search interest as Google Trends exports it.

Here: reading and checking one csv, whole or not at all. Not here: keeping it (imported), bars (importing).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from mobius.core.errors import BadParameter
from mobius.core.imported import ImportedPoint, SeriesKind

FILE_MOST_BYTES = 8 * 2**20
FUNDS: Mapping[str, str] = {
    fund: asset
    for asset, funds in {
        "BTC": "IBIT FBTC GBTC ARKB BITB HODL BRRR EZBC BTCO BTCW DEFI BTC",
        "ETH": "ETHA FETH ETHE ETHW ETHV QETH EZET CETH TETH ETH",
        "SOL": "BSOL GSOL FSOL VSOL",
    }.items()
    for fund in funds.split()
}
"""What the known spot funds hold, by their ticker."""
TOTAL = "TOTAL"
"""Name of a series that counts all funds of an asset together."""
_TOTALS = frozenset({"TOTAL", "ALL", "SUM", "NET"})
_FLOWS = ("date", "fund", "net_flow_usd")
_SPANS = frozenset({"day", "week", "month", "time"})
"""What an export of search interest may be told by."""
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,10})?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FUND = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,19}")
_TERM_MOST = 80
_LINE_MOST = 200_000

Row = tuple[int, Sequence[str]]
"""Its line in the file, and its cells."""


class DailySeries(Struct, frozen=True, kw_only=True):
    """One series out of a file, oldest day first."""

    kind: SeriesKind
    name: str
    unit: str
    points: tuple[ImportedPoint, ...]


class DailyFile(Struct, frozen=True, kw_only=True):
    name: str
    sha256: str
    series: tuple[DailySeries, ...]


def read_daily_file(file: Path, *, asset: str | None, at: datetime) -> DailyFile:
    """Read and check a csv of one of the two kinds, told by its header. `at` is now: a later day is an error.

    Raises BadParameter with the row's line and reason, or one sentence on what the file is.
    """
    body = _bytes(file)
    rows = list(_rows(file, body))
    place = next((n for n, (_, cells) in enumerate(rows) if _is_header(cells)), None)
    if place is None:
        raise BadParameter(
            f"{file.name} is no file of daily series.",
            hint="It begins with date,fund,net_flow_usd, or is what Google Trends exports (Day,…).",
        )
    header, rows = [cell.strip() for cell in rows[place][1]], rows[place + 1 :]
    if not rows:
        raise BadParameter(f"{file.name} holds no rows.")
    for line, cells in rows:
        if len(cells) != len(header):
            raise _bad(file, line, f"{len(cells)} cells, where the header has {len(header)}")
    flows = header[0].lower() == "date"
    series = _fund_flows(file, header, rows, asset, at) if flows else _search_interest(file, header, rows, at)
    return DailyFile(name=file.name, sha256=hashlib.sha256(body).hexdigest(), series=series)


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > FILE_MOST_BYTES:
            raise BadParameter(f"{file.name} is larger than {FILE_MOST_BYTES // 2**20} MB.")
        return file.read_bytes()
    except FileNotFoundError as error:
        raise BadParameter(f"There is no file {file}.") from error
    except OSError as error:
        raise BadParameter(f"The file {file} cannot be read: {error.strerror or error}.") from error


def _rows(file: Path, body: bytes) -> Iterator[Row]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadParameter(f"{file.name} is no csv: it is not UTF-8 text.") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if reader.line_num > _LINE_MOST:
                raise BadParameter(f"{file.name} has more than {_LINE_MOST:,} lines.")
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise BadParameter(f"{file.name}, line {reader.line_num}: {error}.") from error


def _is_header(cells: Sequence[str]) -> bool:
    names = [cell.strip().lower() for cell in cells]
    if len(names) < 2:
        return False
    return names[0] in _SPANS or (names[0] == "date" and set(_FLOWS) <= set(names))


def _bad(file: Path, line: int, why: str) -> BadParameter:
    return BadParameter(f"{file.name}, line {line}: {why}.", hint="Nothing of this file was kept.")


def _day(file: Path, line: int, text: str, at: datetime) -> date:
    text = text.strip()
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise _bad(file, line, f"{text[:20]!r} is no day such as 2026-11-01")
    if day > at.date():
        raise _bad(file, line, f"{day} has not come yet")
    return day


# --------------------------------------------------------------------------------------------------------- fund flows


def _fund_flows(
    file: Path, header: Sequence[str], rows: Sequence[Row], asset: str | None, at: datetime
) -> tuple[DailySeries, ...]:
    at_column = {name.lower(): n for n, name in enumerate(header)}
    date_at, fund_at, flow_at = (at_column[name] for name in _FLOWS)
    found: dict[str, dict[date, Decimal]] = {}
    for line, cells in rows:
        day = _day(file, line, cells[date_at], at)
        name = _fund(file, line, cells[fund_at], asset)
        text = cells[flow_at].strip()
        if not (text.isascii() and _NUMBER.fullmatch(text)):
            raise _bad(file, line, f"{text[:20]!r} is no number of dollars")
        if day in found.setdefault(name, {}):
            raise _bad(file, line, f"{name} stands twice on {day}")
        found[name][day] = Decimal(text)
    assets_in_total = {name.partition("/")[0] for name in found if name.endswith(f"/{TOTAL}")}
    for name in found:
        if name.partition("/")[0] in assets_in_total and not name.endswith(f"/{TOTAL}"):
            raise BadParameter(
                f"{file.name} holds single funds and their total: they would be counted twice.",
                hint="Leave the rows of the total out. Nothing of this file was kept.",
            )
    return tuple(
        DailySeries(
            kind="fund_flows", name=name, unit="USD",
            points=tuple(ImportedPoint(day=day, value=days[day]) for day in sorted(days)),
        )
        for name, days in sorted(found.items())
    )  # fmt: skip


def _fund(file: Path, line: int, text: str, asset: str | None) -> str:
    """`BTC/IBIT`: what the fund holds, and its ticker."""
    fund = text.strip().upper()
    if not (fund.isascii() and _FUND.fullmatch(fund)):
        raise _bad(file, line, f"{text.strip()[:20]!r} is no ticker of a fund")
    if fund in _TOTALS:
        fund = TOTAL
    holds = FUNDS.get(fund) or asset
    if holds is None:
        raise BadParameter(
            f"{file.name}, line {line}: I don't know what the fund {fund} holds.",
            hint="Say it: --asset BTC. Nothing of this file was kept.",
        )
    if asset is not None and holds != asset:
        raise _bad(file, line, f"the fund {fund} holds {holds}, not {asset}")
    return f"{holds}/{fund}"


# ---------------------------------------------------------------------------------------------------- search interest


def _search_interest(file: Path, header: Sequence[str], rows: Sequence[Row], at: datetime) -> tuple[DailySeries, ...]:
    """Interest from 0 to 100, the largest day of the export being 100. `<1` is less than one, not nothing."""
    if header[0].lower() != "day":
        raise BadParameter(
            f"{file.name} tells a {header[0].lower()} a row.", hint="Export a span of up to 90 days: it is told by day."
        )
    series = []
    for column, title in enumerate(header[1:], start=1):
        term = title.partition(":")[0].strip().lower()[:_TERM_MOST]
        if not term or not term.isprintable():
            raise BadParameter(f"{file.name}: column {column + 1} has no search term.")
        points: dict[date, ImportedPoint] = {}
        for line, cells in rows:
            day = _day(file, line, cells[0], at)
            if day in points:
                raise _bad(file, line, f"{day} stands twice")
            points[day] = _interest(file, line, cells[column].strip(), day)
        ordered = tuple(points[day] for day in sorted(points))
        series.append(DailySeries(kind="google_trends", name=term, unit="index", points=ordered))
    if len({one.name for one in series}) < len(series):
        raise BadParameter(f"{file.name} holds a search term twice.")
    return tuple(series)


def _interest(file: Path, line: int, text: str, day: date) -> ImportedPoint:
    below = text.startswith("<")
    digits = text.removeprefix("<").strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 3 and int(digits) <= 100):
        raise _bad(file, line, f"{text[:20]!r} is no interest from 0 to 100")
    value = Decimal(digits)
    return ImportedPoint(day=day, value=None if below else value, less_than=value if below else None)

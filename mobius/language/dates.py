"""Days named in a question. Here: "yesterday", "5 March 2024", "last Christmas", "end of 2023" as the instant they
        were over.

A named UTC day D means the instant D+1 00:00; a month or year means its end. Days that are not over yet mean nothing
here: the
question is then about now. Not here: spans such as "last week" (spans).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from msgspec import Struct

from mobius.core.errors import BadParameter
from mobius.core.instants import end_of_day, parse_instant

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar enero janvier janeiro gennaio ocak января январе январь",
            "february feb februar febrero fevrier fevereiro febbraio subat февраля феврале февраль",
            "march mar marz marzo mars marco mart марта марте март",
            "april apr abril avril aprile nisan апреля апреле апрель",
            "may mai mayo maio maggio mayis мая мае май",
            "june jun juni junio juin junho giugno haziran июня июне июнь",
            "july jul juli julio juillet julho luglio temmuz июля июле июль",
            "august aug agosto aout agustos августа августе август",
            "september sep sept septiembre septembre setembro settembre eylul сентября сентябре сентябрь",
            "october oct oktober okt octubre octobre outubro ottobre ekim октября октябре октябрь",
            "november nov noviembre novembre novembro kasim ноября ноябре ноябрь",
            "december dec dezember dez diciembre decembre dezembro dicembre aralik декабря декабре декабрь",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday montag lunes lundi", "tuesday dienstag martes mardi", "wednesday mittwoch miercoles mercredi",
         "thursday donnerstag jueves jeudi", "friday freitag viernes vendredi", "saturday samstag sabado samedi",
         "sunday sonntag domingo dimanche")
    )
    for name in names.split()
}  # fmt: skip
_HOLIDAYS: dict[str, tuple[int, int]] = {
    "christmas eve": (12, 24), "christmas": (12, 25), "xmas": (12, 25), "boxing day": (12, 26), "halloween": (10, 31),
    "new years eve": (12, 31), "new years day": (1, 1), "new year": (1, 1), "new years": (1, 1), "valentines day": (2,
    14),
    "valentines": (2, 14), "independence day": (7, 4), "4th of july": (7, 4), "weihnachten": (12, 25), "silvester": (12,
    31),
    "navidad": (12, 25), "noel": (12, 25), "natal": (12, 25),
}  # fmt: skip
_UNIT_DAYS = {"day": 1, "tag": 1, "dia": 1, "jour": 1, "week": 7, "woche": 7, "semana": 7, "semaine": 7}
_SMALL = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
          "nine": 9, "ten": 10, "couple of": 2, "a couple of": 2, "einer": 1, "einem": 1, "una": 1, "un": 1,
          "une": 1}  # fmt: skip

_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = r"(\d{1,2})(?:st|nd|rd|th|\.|º|er)?"
_YEAR = r"((?:19|20)\d{2})"
_COUNT = r"(\d{1,4}|" + "|".join(sorted(_SMALL, key=len, reverse=True)) + ")"
_UNIT = (
    r"(hour|day|week|month|year|tag|woche|monat|jahr|dia|semana|mes|ano|jour|semaine|mois|an|минут|час|день|"
    r"неделю|месяц|год)"
)


class NamedDay(Struct, frozen=True):
    """The instant a question is about, and the characters [start, end) that say so."""

    as_of: datetime
    start: int
    end: int


def read_as_of(text: str, now: datetime) -> NamedDay | None:
    """The past day that cleaned `text` names, or None when it is about now or the future. `now` is an aware UTC
        instant.

    >>> from datetime import UTC
    >>> noon = datetime(2025, 6, 11, 12, tzinfo=UTC)
    >>> for words in ("btc on 5 March 2024", "eth yesterday", "sol 03/05/2024", "end of 2023", "last christmas"):
    ...     print(read_as_of(words, noon).as_of.date())
    2024-03-06
    2025-06-11
    2024-05-04
    2024-01-01
    2024-12-26
    """
    low = text.lower().replace("'", " ") if "'" not in text else re.sub(r"'s?", _keep_length, text.lower())
    if not _HINT.search(low):
        return None
    for pattern, read in _READERS:
        for match in pattern.finditer(low):
            if _SINCE.search(low[max(0, match.start() - 12) : match.start()]):
                continue  # "since March 2024" opens a span
            instant = read(match, now)
            if instant is not None and instant <= now:
                return NamedDay(instant, match.start(), match.end())
    return None


def _keep_length(match: re.Match[str]) -> str:
    """ "valentine's" becomes "valentines " so that names match and positions stay."""
    return "s " if len(match[0]) == 2 else " "


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return end_of_day(date(year, month, day))
    except (ValueError, OverflowError):
        return None


def _end_of_month(year: int, month: int) -> datetime | None:
    return _day(year, month, calendar.monthrange(year, month)[1])


def _full_year(text: str) -> int:
    year = int(text)
    return year if year >= 100 else 2000 + year


def _iso(match: re.Match[str], now: datetime) -> datetime | None:
    text = match[0]
    try:
        if len(text) > 10:
            return parse_instant(text.upper())
        year, month, day = (int(part) for part in re.split(r"[-/.]", text))
    except (ValueError, BadParameter):
        return None
    return _day(year, month, day)


def _numeric(match: re.Match[str], now: datetime) -> datetime | None:
    """Day first, as most of the world writes; month first where day first cannot be."""
    first, second, year = int(match[1]), int(match[2]), _full_year(match[3])
    return _day(year, second, first) or _day(year, first, second)


def _latest(build: Callable[[int], datetime | None], now: datetime) -> datetime | None:
    """The newest year's instant that is over, within eight years (29 February)."""
    for year in range(now.year, now.year - 9, -1):
        instant = build(year)
        if instant is not None and instant <= now:
            return instant
    return None


def _day_month(match: re.Match[str], now: datetime) -> datetime | None:
    day, month, year = int(match[1]), _MONTHS[match[2]], match[3]
    return _day(int(year), month, day) if year else _latest(lambda year: _day(year, month, day), now)


def _month_day(match: re.Match[str], now: datetime) -> datetime | None:
    month, day, year = _MONTHS[match[1]], int(match[2]), match[3]
    return _day(int(year), month, day) if year else _latest(lambda year: _day(year, month, day), now)


def _month_year(match: re.Match[str], now: datetime) -> datetime | None:
    part, month, year = match[1] or "", _MONTHS[match[2]], int(match[3])
    if part.startswith(("start", "beginning", "early", "anfang")):
        return _day(year, month, 1)
    return _day(year, month, 15) if part.startswith(("mid", "mitte")) else _end_of_month(year, month)


def _month(match: re.Match[str], now: datetime) -> datetime | None:
    month = _MONTHS[match[1]]
    return _latest(lambda year: _end_of_month(year, month), now)


def _year(match: re.Match[str], now: datetime) -> datetime | None:
    part, year = match[1], int(match[2])
    if part.startswith(("start", "beginning", "early", "anfang")):
        return _day(year, 1, 1)
    return _day(year, 6, 30) if part.startswith(("mid", "mitte")) else _day(year, 12, 31)


def _quarter(match: re.Match[str], now: datetime) -> datetime | None:
    return _end_of_month(int(match[2]), int(match[1]) * 3)


def _holiday(match: re.Match[str], now: datetime) -> datetime | None:
    month, day = _HOLIDAYS[" ".join(match[1].split())]
    if match[2]:
        return _day(int(match[2]), month, day)
    return _latest(lambda year: _day(year, month, day), now)


def _weekday(match: re.Match[str], now: datetime) -> datetime | None:
    back = (now.weekday() - _WEEKDAYS[match[1]]) % 7 or 7
    return end_of_day(now.date() - timedelta(days=back))


def _before_yesterday(match: re.Match[str], now: datetime) -> datetime | None:
    return end_of_day(now.date() - timedelta(days=2))


def _yesterday(match: re.Match[str], now: datetime) -> datetime | None:
    if match[0] == "hier" and not _FRENCH.search(match.string):
        return None  # German "here"
    return end_of_day(now.date() - timedelta(days=1))


def _ago(match: re.Match[str], now: datetime) -> datetime | None:
    return _back(_SMALL.get(match[1]) or int(match[1]), match[2], now)


def _back(count: int, unit: str, now: datetime) -> datetime | None:
    try:
        if unit in ("hour", "час"):
            return now - timedelta(hours=count)
        if unit in ("minute", "минут"):
            return now - timedelta(minutes=count)
        if unit in ("month", "monat", "mes", "mois", "месяц"):
            year, month = divmod(now.year * 12 + now.month - 1 - count, 12)
            return _day(year, month + 1, min(now.day, calendar.monthrange(year, month + 1)[1]))
        if unit in ("year", "jahr", "ano", "an", "год"):
            return _day(now.year - count, now.month, min(now.day, 28) if now.month == 2 else now.day)
        return end_of_day(now.date() - timedelta(days=count * (7 if unit.startswith(("w", "sem", "нед")) else 1)))
    except (OverflowError, ValueError, calendar.IllegalMonthError):
        return None


_FRENCH = re.compile(r"\b(?:le|la|du|prix|valait|etait|combien|cours|quel|quelle)\b")
# Cheap test before the patterns: most questions name no day.
_HINT = re.compile(
    r"\d[-/.]\d|\bago\b|yesterday|gestern|\bayer\b|\bhier\b|\bontem\b|\bdun\b|\bieri\b|вчера|назад|昨天|昨日|어제|\bvor\b|"
    r"\bhace\b|il y a"
    rf"|(?:19|20)\d\d|\b(?:{_MONTH})\b|\b(?:last|on|this past|letzten)\s+(?:{'|'.join(_WEEKDAYS)})"
    rf"|{'|'.join(_HOLIDAYS).replace(' ', chr(92) + 's+')}"
)
_SINCE = re.compile(r"\b(?:since|from|seit|desde|depuis|between|by|until|till|before|до|с)\s*(?:the\s+)?$")
_IN = r"(?:in|during|back in|for|of|im|en|em|nel|в|for the month of)"
_PART = (
    r"((?:end|start|beginning|middle|mid|early|late|close|ende|mitte|anfang|fin|finales|final|fim)(?:\s+(?:of|de|"
    r"von))?[\s-]+)"
)
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime], datetime | None]], ...] = (
    (
        re.compile(r"\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[t ]\d{2}:\d{2}(?::\d{2})?(?:z|[+-]\d{2}:\d{2})?)?(?![\d:])"),
        _iso,
    ),
    (re.compile(r"(?<![\d.,/-])(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?![\d.,/-])"), _numeric),
    (re.compile(rf"\b{_DAY}[\s-]*(?:of\s+|de\s+)?({_MONTH})\b\.?(?:[\s,-]*(?:de\s+|of\s+)?{_YEAR})?"), _day_month),
    (
        re.compile(rf"\b({_MONTH})\.?\s+(?:the\s+)?{_DAY}(?!\w|[.,]\d|\s*(?:%|days?|usd|k\b))(?:[\s,]+{_YEAR})?"),
        _month_day,
    ),
    (re.compile(rf"\b{_PART}?({_MONTH})\.?[\s,/-]*(?:of\s+|de\s+)?{_YEAR}\b"), _month_year),
    (re.compile(rf"\bq([1-4])[\s/-]*(?:of\s+)?{_YEAR}\b"), _quarter),
    (
        re.compile(
            rf"\b({'|'.join(sorted(_HOLIDAYS, key=len, reverse=True)).replace(' ', chr(92) + 's+')})\b\s*(?:of\s+|"
            rf"in\s+)?{_YEAR}?"
        ),
        _holiday,
    ),
    (
        re.compile(rf"\b({_PART[1:-1]}|{_IN}\s+(?:the year\s+)?){_YEAR}\b(?!\s*(?:%|usd|dollars|euros?|[a-z]*coin))"),
        _year,
    ),
    (re.compile(rf"\b(?:in|im|en|em|last|during|back in|в)\s+({_MONTH})\b(?!\s+i\b)"), _month),
    (
        re.compile(r"day before yesterday|\bvorgestern\b|\banteayer\b|\bavant-hier\b|\banteontem\b|позавчера|前天"),
        _before_yesterday,
    ),
    (
        re.compile(
            r"\byesterdays?\b|\bgestern\b|\bayer\b|\bhier\b|\bontem\b|\bdun\b|\bieri\b|\bвчера\b|昨天|昨日|어제|\byday\b"
        ),
        _yesterday,
    ),
    (
        re.compile(
            rf"\b(?:last|on|this past|letzten|el|el pasado|on last)\s+({'|'.join(_WEEKDAYS)})\b(?!\s+(?:next|coming))"
        ),
        _weekday,
    ),
    (re.compile(rf"\b{_COUNT}\s*(hour|minute|day|week|month|year)s?\s+(?:ago|earlier|back)\b"), _ago),
    (re.compile(rf"\b(?:vor|hace|il y a|ha)\s+{_COUNT}\s+{_UNIT}(?:en|e|n|s|es|eses|e?n)?\b"), _ago),
    (re.compile(r"\b(\d{1,3})\s+(час|день|неделю|месяц|год)[а-я]*\s+назад"), _ago),
)

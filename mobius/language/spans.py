"""Windows and intervals. Here: "last 6 months" is 180d, "on the 4h" is a 4h bar. Not here: named days (dates)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

_HOUR, _DAY = 1, 24
_UNIT_H: dict[str, float] = {}
for _hours, _names in (
    (1 / 60, "m min mins minute minutes minuten minutos минут"),
    (_HOUR, "h hr hrs hour hours stunde stunden hora horas heure heures ora ore saat часа часов час 小时 時間 시간 jam"),
    (_DAY, "d day days tag tage tagen dia dias jour jours giorno giorni gun день дня дней сутки 天 日 日間 일 hari"),
    (7 * _DAY, "w wk wks week weeks woche wochen semana semanas semaine semaines settimana settimane hafta неделя "
        "недели неделю недель 周 星期 週間 주 minggu"),
    (30 * _DAY, "mo mos month months monat monate monaten mes meses mois mese mesi ay месяц месяца месяцев 月 个月 ヶ月 개월 "
        "bulan"),
    (90 * _DAY, "quarter quarters quartal trimestre"),
    (365 * _DAY, "y yr yrs year years jahr jahre jahren ano anos an ans anni anno yil год года лет 年 년 tahun"),
):  # fmt: skip
    for _name in _names.split():
        _UNIT_H[_name] = _hours
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9,
           "ten": 10, "twelve": 12, "couple of": 2, "few": 3, "half a": 0.5, "una": 1, "un": 1, "eine": 1, "einer": 1,
           "einem": 1,
           "zwei": 2, "drei": 3, "sechs": 6, "dos": 2, "tres": 3, "seis": 6, "une": 1, "deux": 2, "trois": 3, "uma": 1,
           "bir": 1, "две": 2, "три": 3, "一": 1, "三": 3, "七": 7}  # fmt: skip
_BARS = {"hourly": "1h", "daily": "1d", "weekly": "1w", "minutely": "1m", "stundlich": "1h", "taglich": "1d",
    "wochentlich": "1w",
         "diario": "1d", "diaria": "1d", "diarias": "1d", "semanal": "1w", "horaria": "1h", "journalier": "1d",
         "hebdomadaire": "1w",
         "gunluk": "1d", "saatlik": "1h", "haftalik": "1w", "дневной": "1d", "часовой": "1h", "недельный": "1w",
         "monthly": "30d"}  # fmt: skip

_UNITS = "|".join(sorted((name for name in _UNIT_H if name.isascii() or ord(name[0]) < 0x3000), key=len, reverse=True))
_CJK_UNITS = "|".join(sorted((name for name in _UNIT_H if ord(name[0]) >= 0x3000), key=len, reverse=True))
_NUMBER = r"\d{1,4}(?:[.,]\d)?"
_WORDS = "|".join(sorted(_COUNTS, key=len, reverse=True))
_SPAN = re.compile(
    rf"(?<![\w.$€£])(?:({_NUMBER})\s*-?\s*({_UNITS})|(?:({_WORDS})\s+)({_UNITS}))(?![\w])|({_NUMBER}|"
    rf"[一三七])\s*({_CJK_UNITS})"
)
_BEFORE = (
    r"(?:the\s+)?(?:last|past|previous|prior|recent|this|next|coming|following|letzte[nrs]?|letzten|vergangene[nrs]?|"
    r"diese[nrsm]?|nachste[nrs]?"
    r"|kommende[nrs]?|ultim[oa]s?|pasad[oa]s?|est[ea]|proxim[oa]s?|prochaine?s?|derniere?s?|cette|ce|nesta|neste|na|"
    r"questa|bu|gecen|onumuzdeki"
    r"|эт[аиойу]+|этот|прошл[аяыйуюе]+|последн[иейяюую]+|следующ[аиеуюйя]+)"
)
_NAMED = re.compile(
    rf"\b{_BEFORE}\s+(?:couple\s+(?:of\s+)?|full\s+)?({_UNITS})(?!\w)|(?:上|这|這|本|下|今|先|来)(?:个|個)?({_CJK_UNITS}|周|"
    rf"月)(?![^\W\d_]?号)"
)
_AFTER = re.compile(
    r"\b(?:semana|mes|ano|mois|semaine|annee)\s+(?:pasad[oa]|passad[oa]|que viene|proxim[oa]|derniere?|prochaine?|"
    r"dernier|prochain|scorsa|scorso|prossima)\b"
)
_WITHIN = re.compile(r"(?<!\w)за\s+(день|неделю|месяц|год|час|сутки)(?!\w)")
_SINCE = re.compile(r"\bsince\s+(?:a|one|last)\s+(day|week|month|year)\b")
_TOMORROW = re.compile(r"\b(?:tomorrow|tmrw|tmr|morgen|manana|demain|amanha|domani|yarin|завтра)\b|明天|明日|내일")
_OVERNIGHT = re.compile(r"\bovernight\b")
_PAST = re.compile(
    r"(?:the )?(?:last|past|previous|next|coming|letzt|ultim|pasad|proxim|dernier|за|прошл|последн|上|过去|since|dia pas)"
)
_FOR_THE = re.compile(r"\b(?:for|over) the (week|month|quarter|year)\b(?! of| to)")
_YTD = re.compile(
    r"\b(?:ytd|year to date|year-to-date|so far this year|since (?:the )?(?:start|beginning) of the year)\b"
)
_BAR_WORD = re.compile(rf"\b({'|'.join(_BARS)})\b")
# A period of an indicator ("200 day moving average", "14 day RSI") is neither a window nor a bar.
_PERIOD = re.compile(
    r"\s*-?\s*(?:simple |exponential )?(?:moving|ma\b|sma\b|ema\b|average|rsi\b|atr\b|gleitende|media)"
)
_BAR_AFTER = re.compile(
    r"\s*-?\s*(?:candle|candles|candlestick|candlesticks|bar|bars|chart|charts|graph|timeframe|time frame|tf|kline|"
    r"klines|interval|kerzen|kerze"
    r"|velas|bougies|candele|ta\b|rsi|macd|signals?|setup)\b"
)
_BAR_BEFORE = re.compile(
    r"(?:\bon (?:the|a)|\bauf dem|\bim|\ben el|\bno|\bsur le|\bat|\binterval|\btf|\btimeframe)\s*$"
)
_SPAN_BEFORE = re.compile(
    r"(?:last|past|over|over the|in|next|for|since|within|previous|prior|letzten?|ultim[oa]s|derniers?|dernieres|son|"
    r"za|за|в|of|过去|最近|the|next few)\s*$"
)
_SUM_BEFORE = re.compile(
    r"(?:\b(?:over|above|than|least|most|of|hits?|reach\w*|to|at|with|for|under|below|have|is|has|moved?|moves)|"
    r"[>=<+])$"
)
BAR_SIZES = frozenset({"1m", "3m", "5m", "15m", "30m", "1h", "2h", "3h", "4h", "6h", "8h", "12h"})
_CHARTED = frozenset({"chart", "technicals", "signals"})


class Span(Struct, frozen=True):
    """A length of time and the characters [start, end) that name it. `bar` says it can only be the bar of a chart."""

    text: str
    start: int
    end: int
    bar: bool = False
    window: bool = False
    """Words before it ("last", "over the") say that it is a window."""
    short: bool = False
    """Written as charts are labelled: "1d", "1w"."""


class Spans(Struct, frozen=True):
    window: str | None
    interval: str | None


def read_spans(text: str, now: datetime) -> list[Span]:
    """Every length of time in cleaned text, in order of position.

    >>> from datetime import UTC
    >>> [s.text for s in read_spans("last 6 months on the 4h, this week, 2 years", datetime(2025, 6, 1, tzinfo=UTC))]
    ['180d', '4h', '7d', '2y']
    """
    low = text.lower()
    found: list[Span] = []
    for span in _all(low, now):
        if not any(span.start < other.end and other.start < span.end for other in found):
            found.append(span)
    return sorted(found, key=lambda span: span.start)


def _all(low: str, now: datetime) -> Iterator[Span]:
    for match in _YTD.finditer(low):
        yield Span(f"{max(1, now.timetuple().tm_yday)}d", match.start(), match.end(), window=True)
    for match in _SPAN.finditer(low):
        count, unit = (match[1] or match[3] or match[5]), (match[2] or match[4] or match[6])
        after = low[match.end() : match.end() + 24]
        if _PERIOD.match(after) or (match[1] and unit == "m" and not _minutes(low, match)):
            continue
        text = _text(_COUNTS[count] if count in _COUNTS else float(count.replace(",", ".")), unit)
        if text is None or re.match(r"\s+(?:ago|earlier|back)\b", after):
            continue
        before = low[max(0, match.start() - 14) : match.start()]
        if re.search(r"(?:\bvor|\bhace|il y a)\s*$", before):
            continue
        bar = bool(_BAR_BEFORE.search(before) or (_BAR_AFTER.match(after) and text in BAR_SIZES))
        window = bool(not bar and _SPAN_BEFORE.search(before))
        yield Span(text, match.start(), match.end(), bar=bar, window=window, short=match[0] in ("1d", "1w"))
    for pattern in (_NAMED, _SINCE, _WITHIN, _AFTER, _FOR_THE):
        for match in pattern.finditer(low):
            unit = next((group for group in match.groups() if group), None) or match[0].split()[0]
            if _UNIT_H.get(unit) in (_DAY, 1 / 60) and not _PAST.match(match[0]):
                continue  # "this day" is today
            text = _text(1, "ano" if unit == "annee" else unit)
            if text is not None:
                yield Span(text, match.start(), match.end(), window=True)
    for match in _BAR_WORD.finditer(low):
        yield Span(_BARS[match[0]], match.start(), match.end(), bar=True)
    for match in _TOMORROW.finditer(low):
        if match[0] != "morgen" or "guten" not in low:
            yield Span("24h", match.start(), match.end(), window=True)
    for match in _OVERNIGHT.finditer(low):
        yield Span("12h", match.start(), match.end(), window=True)


def _minutes(low: str, match: re.Match[str]) -> bool:
    """Whether "15m" means minutes: a usual bar, and words of charts or time around it."""
    if match[1] + "m" not in BAR_SIZES or match[0] != match[1] + "m":
        return False
    before, after = low[: match.start()].rstrip(), low[match.end() :].strip(" ?!.")
    if not after and not _SUM_BEFORE.search(before) and before:
        return True  # "avax 15m"
    around = before + " " + after
    return bool(
        re.search(
            r"chart|candle|bars?\b|timeframe|\btf\b|\brsi\b|macd|\bta\b|signal|\bin\s*$|last\s*$|scalp|kline|grafik|"
            r"grafico",
            around,
        )
    )


def _text(count: float, unit: str) -> str | None:
    """A span as text: hours below two days, else days, except whole years.

    >>> _text(6, "months"), _text(48, "h"), _text(1, "year"), _text(2, "weeks"), _text(12, "months"), _text(1, "day")
    ('180d', '48h', '1y', '14d', '1y', '24h')
    """
    hours = count * _UNIT_H[unit]
    if not 0 < hours <= 20 * 365 * 24:
        return None
    if unit in ("d", "day", "days") and count == 1:
        return "24h"
    if _UNIT_H[unit] < _HOUR:
        minutes = round(hours * 60)
        return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
    if _UNIT_H[unit] == _HOUR and (hours < 72 or hours % 24):
        return f"{hours:.0f}h" if hours == int(hours) else f"{round(hours * 60)}m"
    if _UNIT_H[unit] == 365 * _DAY and count == int(count):
        return f"{count:.0f}y"
    if _UNIT_H[unit] == 30 * _DAY and count % 12 == 0:
        return f"{count / 12:.0f}y"
    days = round(hours / 24)
    return f"{days}d" if days > 1 else f"{round(hours)}h"


def window_and_interval(spans: list[Span], intent: str) -> Spans:
    """Which span is the window and which the bar, for one intent.

    >>> spans = [Span("180d", 0, 1, window=True), Span("1d", 2, 3, bar=True)]
    >>> window_and_interval(spans, "chart")
    Spans(window='180d', interval='1d')
    """
    window = interval = None
    charted = intent in _CHARTED
    for span in spans:
        is_bar = span.bar or (charted and not span.window and (span.text in BAR_SIZES or span.short))
        text = {"24h": "1d", "7d": "1w"}.get(span.text, span.text) if is_bar else span.text
        if is_bar and (charted or span.text in BAR_SIZES):
            interval = interval or text
        elif not is_bar:
            window = window or span.text
    return Spans(window, interval)

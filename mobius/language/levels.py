"""Levels and moves in a question. Here: threshold, percent, direction, smallest size in dollars, what to do with an alert."""

from __future__ import annotations

import re

from mobius.language.mentions import Quantity, Reading

_ABOVE = (
    r"above|over|exceeds?|exceeding|passes|surpass(?:es)?|tops|more than|higher than|greater than|bigger than|at "
    r"least|breaks? (?:above|out|over)"
    r"|cross(?:es)? (?:above|over)|up|rises?|rising|gains?|pumps?|climbs?|jumps?|rall(?:y|ies)|increases?|grows?|"
    r"soars?|spikes?|surges?|moons?|upside"
    r"|uber|steigt|steigen|ubersteigt|mehr als|encima|supera|supere|sube|suba|subir|mas de|dessus|depasse|monte|plus "
    r"de|acima|sobe|subir|ultrapass[ae]r?|mais de"
    r"|ustune|uzerine|gecerse|cikarsa|artarsa|выше|больше|превысит|вырастет|поднимется|超过|高于|涨到|突破|涨|以上|sopra|supera|"
    r"sale"
)
_BELOW = (
    r"below|under|beneath|less than|lower than|smaller than|at most|drops?|dropping|falls?|falling|dips?|dipping|down|"
    r"loses?|losing|crash(?:es)?|sinks?|declines?"
    r"|decreases?|tanks?|dumps?|slides?|plunges?|cross(?:es)? (?:below|under)|breaks? (?:below|down|under)|cheaper "
    r"than|depegs?|downside|lower|nukes?"
    r"|unter|fallt|fallen|sinkt|weniger als|debajo|bajo|baja|baje|cae|caiga|menos de|dessous|sous|baisse|descend|"
    r"tombe|moins de|chute|abaixo|cai|cair|caia|desce"
    r"|altina|duserse|inerse|dusurse|azalirsa|ниже|меньше|упадет|упадёт|опустится|снизится|低于|跌到|跌破|跌|以下|scende|sotto|"
    r"cala"
)
_SIDE = re.compile(
    rf"(?<!\w)(?:(?P<above>{_ABOVE})|(?P<below>{_BELOW}))(?!\w)|(?P<more>[>+≥])|(?P<less>[<≤]|(?<![\w])-(?=\s?\d))"
)
_CJK_SIDE = re.compile(r"(?P<above>超过|高于|涨到|突破|涨|以上|超える|上回)|(?P<below>低于|跌到|跌破|跌|以下|下回)")
_SIZE_WORDS = re.compile(
    r"whale|transfer|transaction|moves?\b|moved|moving|deposit|withdraw|tx\b|txs\b|inflow|outflow|liquidat|ballena|"
    r"uberweis|transfert|транзакци|перевод|кит|转账|巨鲸"
)
_TVL_WORDS = re.compile(r"\btvl\b|liquidity|locked|deposits|size|pool size|liquiditat")
_FLOOR = re.compile(r"(?:\b(?:over|above|more than|at least|min|minimum|bigger than|larger than)|>=?)$")
_REMOVE = re.compile(
    r"\b(?:delete|remove|cancel|stop|disable|unsubscribe|clear|erase|kill|mute|unset|deactivate|turn off|switch off|"
    r"get rid of|drop (?:my|the|that|all)|no more|don'?t (?:alert|notify|ping|tell|message)"
    r"|losch\w*|entfern\w*|stornier\w*|elimina\w*|borra\w*|quita\w*|cancela\w*|supprime\w*|annule\w*|remov\w*|apag\w*|"
    r"exclu[ai]\w*|sil\b|kaldir\w*|rimuov\w*|cancella\w*)|удали|убери|отключи|отмени|删除|取消|移除"
)
_LIST = re.compile(
    r"\b(?:list|show|view|see|display|what|which|my alerts|do i have|have i set|active alerts|existing|current|manage|"
    r"how many|zeig\w*|liste|welche|muestra\w*|mostrar|ver|cuales|que alertas|affiche\w*"
    r"|quelles|mostre|quais|goster|listele|mostra\w*|quali)\b|покажи|какие|список|查看|列出|我的提醒|有哪些"
)
_CREATE = re.compile(
    r"\b(?:when|if|once|as soon as|whenever|every time|hits?|reach(?:es)?|above|below|under|over|drops?|falls?|rises?|"
    r"set|create|add|new|make|wenn|sobald|falls|cuando|si|quand|quando|se|olursa)\b|когда|если|当|如果|\d"
)


def direction(reading: Reading, number: Quantity | None) -> str | None:
    """`above` or `below`, from the word nearest to the number (or anywhere, when there is none)."""
    low = reading.low
    if number is None:
        match = _SIDE.search(low) or _CJK_SIDE.search(low)
        return _side(match) if match and not (match["more"] or match["less"]) else None
    start, end = reading.tokens[number.start].start, reading.tokens[number.end - 1].end
    before = [
        m for pattern in (_SIDE, _CJK_SIDE) for m in pattern.finditer(low, max(0, start - 42), end) if m.start() < start
    ]
    if before:
        return _side(max(before, key=lambda m: m.end()))
    after = _SIDE.search(low, end, min(len(low), end + 24)) or _CJK_SIDE.search(low, end, min(len(low), end + 12))
    return _side(after) if after and not (after["more"] or after["less"]) else None


def _side(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return "above" if groups.get("above") or groups.get("more") else "below"


def split_quantities(reading: Reading) -> tuple[list[Quantity], list[Quantity]]:
    """The plain numbers and the percentages of a question."""
    return [q for q in reading.quantities if not q.percent], [q for q in reading.quantities if q.percent]


def smallest_size(reading: Reading, intent: str) -> Quantity | None:
    """The number that bounds sizes from below in dollars: transfers (whales, alerts), TVL (yield)."""
    numbers, _ = split_quantities(reading)
    if intent == "yield":
        return next((q for q in numbers if _near_tvl(reading, q) or _is_floor(reading, q)), None)
    if intent == "alerts" and not _SIZE_WORDS.search(reading.low):
        return None
    for q in numbers:
        dollar_like = q.of is None or reading.entities[q.of].entry.stable
        if dollar_like and q.currency in (None, "USD") and not q.gwei and (q.currency or q.value >= 1000):
            return q
    return None


def _near_tvl(reading: Reading, number: Quantity) -> bool:
    start, end = reading.tokens[number.start].start, reading.tokens[number.end - 1].end
    around = reading.low[max(0, start - 28) : start] + " " + reading.low[end : end + 24]
    return number.value >= 1000 and bool(_TVL_WORDS.search(around))


def _is_floor(reading: Reading, number: Quantity) -> bool:
    """ "vaults over 20m": a size that counts no asset."""
    before = reading.low[: reading.tokens[number.start].start].rstrip(" $")
    return (
        number.of is None
        and number.currency in (None, "USD")
        and number.value >= 100_000
        and _FLOOR.search(before) is not None
    )


def alert_action(reading: Reading) -> str:
    """`create`, `list` or `remove`."""
    low = reading.low
    if _REMOVE.search(low):
        return "remove"
    return "list" if _LIST.search(low) and not _CREATE.search(low) else "create"

"""What the intent classifier sees of a question. Here: a `Reading` to feature names. Not here: weights (predictor).

Names and numbers are masked (every asset is `@a`), so that what was learnt of one asset holds for all. Words carry
over by
one and two, parts of words by three to five letters, so that misspelt and inflected forms still count. The same
function
serves training and prediction.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mobius.language.mentions import Reading
from mobius.language.words import CRYPTO_WORDS

UNKNOWN = "@unk"
ABOUT_NOTHING = "f about-nothing"
"""The feature of a text without a name or a word of the trade."""
_KIND_MASKS = {"address": "@addr", "hex": "@addr", "ens": "@ens", "date": "@day"}
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("tell-me-when", r"\b(?:tell|alert|notify|ping|warn|message|text|wake|email|buzz|poke|remind|inform) "
            r"me\b.*\b(?:when|if|once|whenever|as soon)\b"
                         r"|\blet me know (?:when|if|once)\b|\b(?:when|if|once)\b.*\b(?:tell|alert|notify|ping|warn|"
                         r"message) me\b"),
        ("why", r"^\W*(?:why|y is|how come|warum|wieso|por que|pourquoi|perche|почему)\b|为什么|为何|怎么跌|怎么涨"),
        ("should-i", r"\b(?:should i|shall i|soll ich|sollte ich|deberia|dois-je|faut-il|devo|dovrei) \w+"),
        ("will", r"^\W*(?:will|can|could|wen|when will|wird|va|is .* (?:going to|gonna))\b|\bwen\b"),
        ("what-is", r"^\W*(?:what(?:s| is| are| does)|was ist|que es|qu'est|o que e|cos'e|что такое|explain|define|"
            r"eli5|wtf is|how do(?:es)?)\b"),
        ("how-much", r"^\W*(?:how (?:much|many)|wie ?viel|cuant[oa]s?|combien|quant[oi]|сколько)\b|多少"),
        ("my", r"\b(?:my|our|mein|meine|meinen|mi|mis|mon|mes|minha|meus|meu|mio|mia|мой|мои|моего)\b|我的|내"),
        ("i-hold", r"\b(?:i (?:hold|have|own|got)|i'?m holding|ich (?:habe|halte)|tengo|j'?ai|tenho)\b"),
        ("versus", r"\b(?:vs|versus|against|or|compared?|comparison|oder|vergleich\w*)\b"),
        ("future", r"\b(?:tomorrow|next (?:week|month|year|\d+)|in (?:a|one|two|three|\d+) (?:day|week|month|year)s?|"
            r"by (?:the end|year end|december)|eoy|will|gonna|going to)\b"),
        ("gas", r"\b(?:gas|gwei|gasgebuhren|tx fees?|network fees?|base fee)\b(?! (?:station|bill|tank|stove))"),
        ("arb", r"\b(?:arb|arbs|arbitrag\w*|arbitraj\w*|mispric\w*|triangular)\b|套利|搬砖|арбитраж"),
        ("etf", r"\b(?:etfs?|ibit|fbtc|gbtc|institution\w*|blackrock|grayscale|fidelity|microstrategy|saylor|"
            r"treasur\w+|13f)\b"),
        ("dev", r"\b(?:github|commits?|devs?|developers?|repos?|repository|contributors?|pull requests?)\b"),
        ("stake", r"\b(?:re|un)?stak(?:e|ed|es|ing|en)\b|\bvalidators?\b|\bunbond\w*|质押|стейк"),
        ("deriv", r"\b(?:funding|open interest|oi|perps?|perpetuals?|implied|iv|skew|liquidat\w+|max pain|basis|"
            r"put.?call)\b"),
        ("crowd", r"\b(?:sentiment|reddit\w*|twitter|mood|crowd|hype|fud|buzz|stimmung|ct)\b"),
        ("tvl", r"\b(?:tvl|inflows?|outflows?|locked|revenue)\b"),
        ("whale", r"\b(?:whales?|holders|transfers|smart money|ballenas?|baleines?|wale)\b|巨鲸|кит"),
        ("news", r"\b(?:news|headlines?|hack(?:ed|s)?|exploit\w*|lawsuit|sec|regulat\w+|nachrichten|noticias|"
            r"actualites)\b"),
        ("hold", r"\b(?:portfolio|holdings|bags?|positions?|allocation|weights?|rebalanc\w+|optimi[sz]\w+)\b"),
        ("regulator", r"\b(?:sec|cftc|esma|mica|fed|fomc|ecb|doj|fca|congress|senate|ofac|regulators?)\b"),
        ("technical", r"\b(?:ta|technicals?|overbought|oversold|support|resistance|moving averages?|divergence|indicators?)\b"),
        ("chart", r"\b(?:charts?|graphs?|plot|candles?|candlesticks?|grafi\w+|kursverlauf|ohlcv?)\b"),
        ("clock", r"\b\d{1,2}(?::\d{2})?\s*(?:am|pm|a\.m|p\.m|o'?clock)\b|\b(?:alarm|timer|appointment|meeting)s?\b"),
        ("command", r"^\s*/"),
        ("question", r"\?"),
    )
)  # fmt: skip


def mask(reading: Reading, known: Callable[[str], bool] | None = None) -> list[str]:
    """The tokens of a question with names, numbers and spans masked; words that `known` denies become `UNKNOWN`."""
    at: dict[int, str] = {}
    skip: set[int] = set()
    for entity in reading.entities:
        entry = entity.entry
        at[entity.start] = (
            ("@s" if entry.stable else "@l" if entry.staked else "@a") if entry.asset and not entry.protocol
            else "@p" if entry.protocol else "@c" if entry.chain else "@x"
        )  # fmt: skip
        skip.update(range(entity.start + 1, entity.end))
    for quantity in reading.quantities:
        at[quantity.start] = "@%" if quantity.percent else "@$" if quantity.currency else "@n"
        skip.update(range(quantity.start + 1, quantity.end))
    for code_at in reading.currencies:
        at.setdefault(code_at[1], "@cur")
    _mask_ranges(reading, at, skip)
    words: list[str] = []
    for i, token in enumerate(reading.tokens):
        if i in skip:
            continue
        if i in at:
            words.append(at[i])
        elif token.kind in _KIND_MASKS:
            words.append(_KIND_MASKS[token.kind])
        elif token.kind == "number":
            words.append("@n")
        elif token.kind == "word":
            words.append(token.low if known is None or known(token.low) else UNKNOWN)
        elif token.low in "?/%+<>=":
            words.append(token.low)
    return words


def _mask_ranges(reading: Reading, at: dict[int, str], skip: set[int]) -> None:
    """Spans and named days, each as one word."""
    ranges = [(span.start, span.end, "@i" if span.bar else "@t") for span in reading.spans]
    if reading.day is not None:
        ranges.append((reading.day.start, reading.day.end, "@day"))
    for start, end, name in ranges:
        inside = [i for i, t in enumerate(reading.tokens) if start <= t.start < end]
        if inside:
            at[inside[0]] = name
            skip.update(inside[1:])


def features(reading: Reading, known: Callable[[str], bool] | None = None) -> list[str]:
    """Feature names of a question, each once, in a fixed order."""
    words = mask(reading, known)
    found: dict[str, None] = {}
    before = "^"
    for word in words:
        found["w " + word] = None
        found[f"b {before} {word}"] = None
        before = word
    found[f"b {before} $"] = None
    for token in reading.tokens:
        if token.kind == "word" and len(token.low) > 3:
            _letters(token.low, found)
    for name in _flags(reading, words):
        found["f " + name] = None
    return list(found)


def _letters(word: str, found: dict[str, None]) -> None:
    padded = f"<{word[:18]}>"
    size = len(padded)
    for length in (3, 4, 5):
        for i in range(size - length + 1):
            found["c " + padded[i : i + length]] = None


def _flags(reading: Reading, words: list[str]) -> list[str]:
    flags: list[str] = []
    entries = [entity.entry for entity in reading.entities]
    for name, count in (
        ("asset", sum(bool(e.asset) and not (e.protocol and not e.ticker) for e in entries)),
        ("protocol", sum(bool(e.protocol) for e in entries)),
        ("chain", sum(bool(e.chain) for e in entries)),
        ("exchange", sum(bool(e.exchange) and not e.asset for e in entries)),
        ("stable", sum(e.stable for e in entries)),
        ("staked", sum(e.staked for e in entries)),
    ):
        if count:
            flags.append(f"{name}={min(count, 3)}")
    flags += [name for name, pattern in _PATTERNS if pattern.search(reading.low)]
    flags += [f"ind={min(len(reading.indicators), 2)}"] if reading.indicators else []
    flags += ["risk"] if reading.risks else []
    flags += ["address"] if reading.addresses or reading.bad_addresses else []
    flags += ["ens"] if reading.ens else []
    flags += ["day"] if reading.day else []
    flags += ["bar"] if any(span.bar for span in reading.spans) else []
    flags += ["window"] if any(not span.bar for span in reading.spans) else []
    flags += ["counted"] if any(q.of is not None for q in reading.quantities) else []
    flags += ["money"] if any(q.currency for q in reading.quantities) else []
    flags += ["currency"] if reading.currencies else []
    flags += ["percent"] if any(q.percent for q in reading.quantities) else []
    names = bool(entries or reading.addresses or reading.ens or reading.indicators)
    crypto = any(token.low in CRYPTO_WORDS for token in reading.tokens)
    flags.append("about-crypto" if names or crypto else "about-nothing")
    flags.append(f"length={min(len(words), 12) // 2}")
    if len(words) - sum(word.startswith("@") for word in words) == 0:
        flags.append("only-names")
    return flags

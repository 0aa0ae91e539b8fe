"""Training rows from the seed phrases. Here: sampling, slips of typing, courtesies before and after. Not here: fitting."""

from __future__ import annotations

import random
import re
import unicodedata
import zlib

from msgspec import Struct

from training.fillers import FILLERS
from training.grammar import choose, fill, read_seeds, variants

ROWS_PER_TEMPLATE = 16
ROWS_PER_LIST = 36  # of a template that is a list of set phrases, most of which should be seen
MIN_ROWS = 4
_PREFIXES = ["hey", "hi", "yo", "can you tell me", "could you tell me", "please tell me", "i want to know",
    "quick question", "hey mobius,", "so", "ok",
             "ok so", "hello,", "tell me", "ser", "bro", "anon,", "just wondering,", "do you know", "pls", "please",
             "umm", "btw", "and"]  # fmt: skip
_ENDINGS = ["please", "pls", "plz", "thx", "thanks", "?", "??", "!", "right now", "now", "today", "rn", "atm", "ser",
    "bro", "fren", "anon", "🙏", "🚀", "lol", "...",
            "?!", "for me", "mate", "man", "asap"]  # fmt: skip
_PLAIN = frozenset({"greeting", "out_of_scope", "help"})
_KEYS = {
    "a": "s",
    "s": "a",
    "e": "r",
    "r": "e",
    "t": "y",
    "i": "o",
    "o": "i",
    "n": "m",
    "m": "n",
    "c": "v",
    "l": "k",
    "d": "f",
}


class Row(Struct, frozen=True):
    intent: str
    text: str
    template: int
    """Index of the template, by which rows are divided."""
    phrase: int
    """Hash of the text before its names were filled in."""


def normal(text: str) -> str:
    """A text as it is compared: lower case, no accents, no punctuation."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return " ".join(re.sub(r"[^\w$%.]+", " ", plain).split())


def generate(apart: frozenset[str] = frozenset()) -> list[Row]:
    """Every row, the same on every run; texts that (normalised) stand in `apart` are left out."""
    rows: list[Row] = []
    for index, (intent, template) in enumerate(read_seeds()):
        rng = random.Random(zlib.crc32(f"{intent}|{template}".encode()))
        seen: set[str] = set()
        most = ROWS_PER_LIST if intent in _PLAIN else ROWS_PER_TEMPLATE
        few = variants(template) + ("{" in template) * 4
        wanted = min(most, max(MIN_ROWS, few))
        for _ in range(3 * wanted):
            phrase = choose(template, rng)
            text = _as_typed(fill(phrase, rng, FILLERS), intent, rng)
            if text and text not in seen and normal(text) not in apart:
                seen.add(text)
                rows.append(Row(intent, text, index, zlib.crc32(phrase.encode())))
            if len(seen) == wanted:
                break
    return rows


def _as_typed(text: str, intent: str, rng: random.Random) -> str:
    """The text as somebody types it: case, courtesy, slips."""
    latin = text.isascii()
    if latin and intent not in _PLAIN and rng.random() < 0.12 and not text.startswith("/"):
        text = f"{rng.choice(_PREFIXES)} {text}"
    if latin and rng.random() < (0.06 if intent in _PLAIN else 0.14):
        ending = rng.choice(_ENDINGS)
        text = text + ending if not ending[0].isalpha() and rng.random() < 0.7 else f"{text} {ending}"
    if rng.random() < 0.12:
        text = _slip(text, rng)
    roll = rng.random()
    if roll < 0.08 and "0x" not in text:
        return text[:1].upper() + text[1:]
    if roll < 0.1 and "0x" not in text:
        return text.upper()
    return text


def _slip(text: str, rng: random.Random) -> str:
    """One slip in one longer word: a letter left out, doubled, swapped with its neighbour or the next key."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 4 and word.isascii() and word.isalpha() and word.islower()]
    if not long:
        return text
    at = rng.choice(long)
    word = words[at]
    i = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    words[at] = (
        word[:i] + word[i + 1 :] if kind == 0
        else word[:i] + word[i] + word[i:] if kind == 1
        else word[:i] + word[i + 1] + word[i] + word[i + 2 :] if kind == 2
        else word[:i] + _KEYS.get(word[i], word[i]) + word[i + 1 :]
    )  # fmt: skip
    return " ".join(words)

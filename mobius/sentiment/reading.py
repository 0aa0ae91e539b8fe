"""Texts as the scorer reads them. Here: cleaning, tokens, what kind of text it is. Not here: what words say (lexicon)."""

from __future__ import annotations

import html
import re
import unicodedata

from msgspec import Struct

LONGEST = 4_000
"""Characters of a text that are read; a post beyond it has said what it has to say."""
_LINK = re.compile(r"(?:https?://|www\.|\bt\.me/|\bdiscord\.gg/)\S+|\bhttps?\b\S*")
_MENTION = re.compile(r"(?<!\w)@\w+")
_RETWEET = re.compile(r"^\s*RT\s+(?=@|\w)")
_TOKEN = re.compile(
    r"(?P<cash>\$[A-Za-z][A-Za-z0-9.]{0,9})"
    r"|(?P<figure>[+\-−–±]?\s?[$€£¥]?\d[\d,]*(?:\.\d+)?\s?(?:%|pct\b|per cent\b|percent\b|x\b|[kKmMbB]n?\b)?)"
    r"|(?P<word>#?[^\W\d_][\w'’]*(?:-[^\W\d_][\w'’]*)*)"
    r"|(?P<mark>[!?]+|\.{2,}|…|[.,;:()])"
    r"|(?P<sign>\S)"
)
_SKIN_AND_JOIN = re.compile("[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_OWN = frozenset("i im i'm i’m ive i've my me mine we we're our us you your youre you're ur u".split())
_CHATTY = frozenset(
    "lol lmao haha omg wtf imo imho tbh bro dude guys ser anon fren yeah yep nah gonna wanna gotta just this really".split()
)
_CRYPTO = frozenset(
    "bitcoin btc eth ethereum crypto cryptos cryptocurrency cryptocurrencies altcoin altcoins doge dogecoin luna terra ust "
    "solana sol xrp ada cardano token tokens coin coins blockchain defi nft nfts stablecoin binance coinbase ftx satoshi "
    "sats hodl shitcoin wallet algo xlm ltc litecoin polkadot web3 mining miners".split()
)


class Text(Struct, frozen=True, kw_only=True):
    """A text taken apart. `kinds` and `tokens` run side by side; tokens are lower case."""

    clean: str
    tokens: tuple[str, ...]
    kinds: tuple[str, ...]
    own_words: int
    """Words by which people speak of themselves and to each other."""
    crypto: bool
    links: int
    cashtags: int

    report: bool
    """Whether it has the look of a headline or of an agency's report: a link at its end, a place, figures, capitals."""

    @property
    def talk(self) -> bool:
        """Somebody speaks, rather than a headline or a report."""
        return self.own_words > 0 or (not self.report and (self.crypto or self.cashtags > 0))


def read(text: str) -> Text:
    """Take a text apart; control characters, links and mentions count only by their number.

    >>> read("$BTC up 5%, wagmi 🚀").tokens
    ('$btc', 'up', '5%', ',', 'wagmi', '🚀')
    """
    plain = html.unescape(text[:LONGEST])
    plain = "".join(" " if unicodedata.category(char) == "Cc" else char for char in plain)
    plain = _SKIN_AND_JOIN.sub("", _RETWEET.sub("", plain))
    plain, links = _LINK.subn(" ", plain)
    plain = " ".join(_MENTION.sub(" ", plain).replace("’", "'").split())
    tokens, kinds = [], []
    for match in _TOKEN.finditer(plain):
        kind = match.lastgroup or "sign"
        word = match.group().lower()
        tokens.append("".join(word.split()) if kind == "figure" else word.lstrip("#") if kind == "word" else word)
        kinds.append(kind)
    words = [token for token, kind in zip(tokens, kinds, strict=True) if kind == "word"]
    return Text(
        clean=plain, tokens=tuple(tokens), kinds=tuple(kinds),
        own_words=sum(word in _OWN for word in words) + sum(word in _CHATTY for word in words),
        crypto=any(word in _CRYPTO for word in words) or any(token[1:] in _CRYPTO for token in tokens if token[0] == "$"),
        links=links, cashtags=kinds.count("cash"), report=_is_report(plain, links),
    )  # fmt: skip


def _is_report(plain: str, links: int) -> bool:
    """A headline begins most of its words with capitals or ends in a link; a report counts in money and sets ` .` apart."""
    words = [word for word in plain.split() if word[:1].isalpha() and len(word) > 3]
    capitals = sum(word[0].isupper() for word in words)
    return plain.endswith((" .", "…")) or links > 0 or (len(words) >= 4 and capitals >= 0.6 * len(words))

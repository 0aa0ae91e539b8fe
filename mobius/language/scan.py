"""Names in a question. Here: finding them left to right, the longest first, and telling a name from an ordinary word.

A name that is an ordinary word too ("link", "base", "compound") counts only where the writing or the words around it say so:
capitals, a dollar sign, "buy", "price of", another name beside it. Not here: numbers and spans (mentions).
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from mobius.language import words
from mobius.language.gazetteer import Entry, Gazetteer
from mobius.language.tokens import Token


class Entity(Struct, frozen=True):
    """A name over tokens [start, end)."""

    entry: Entry
    start: int
    end: int
    written: str
    guessed: bool = False
    """Found by its likeness to a name."""
    quote: str | None = None
    """Of a pair in one word ("ETHBTC")."""


def is_name(entry: Entry) -> bool:
    return bool(entry.asset or entry.protocol or entry.chain or entry.exchange)


class Scan:
    """Finds names left to right, the longest first; ordinary words wait for the second look."""

    def __init__(self, tokens: Sequence[Token], names: Gazetteer, covered: set[int]) -> None:
        self.tokens, self.names, self.covered = tokens, names, covered
        self.lows = [token.low for token in tokens]
        letters = [token.text for token in tokens if token.kind == "word" and token.text.isascii()]
        self.shouted = sum(text.isupper() for text in letters) > max(2, len(letters) // 2)
        self.sure: set[int] = set()
        self.protocols: set[str] = set()
        self.chains: set[str] = set()

    def run(self) -> tuple[list[Entity], list[str], list[str]]:
        found: list[tuple[Entity, bool]] = []
        indicators: list[str] = []
        risks: list[str] = []
        at = 0
        while at < len(self.tokens):
            entity = self._longest(at)
            if entity is None:
                at += 1
                continue
            entry = entity.entry
            if entry.indicator and entry.indicator not in indicators:
                indicators.append(entry.indicator)
            if entry.risk and entry.risk not in risks:
                risks.append(entry.risk)
            if entry.currency or is_name(entry):
                sure = not entry.careful or self._stands_out(entity)
                found.append((entity, sure))
                if sure and not entry.currency:
                    self.sure.update(range(entity.start, entity.end))
                    self.chains.update({entry.chain} if entry.chain and not entry.ticker else ())
                    self.protocols.update({entry.protocol} if entry.protocol and not entry.ticker else ())
            at = entity.end
        side_by_side = self._alone([entity for entity, _ in found])
        kept = [entity for entity, sure in found if sure or side_by_side or self._beside_others(entity)]
        return kept, indicators, risks

    def _longest(self, at: int) -> Entity | None:
        if at in self.covered:
            return None
        token = self.tokens[at]
        if token.kind not in ("word", "number", "symbol") or token.low in '$€£¥%/?!&+<>=,;:.@()"-#':
            return None
        for length in range(min(self.names.longest, len(self.lows) - at), 0, -1):
            entry = self.names.get(" ".join(self.lows[at : at + length])) if length > 1 else self._single(token)
            if entry is not None:
                return Entity(
                    entry, at, at + length, token.text if length == 1 else " ".join(self.lows[at : at + length])
                )
        if token.kind != "word":
            return None
        split = self._glued(at)
        if split is not None:
            return split
        entry = self.names.misspelt(token.low)
        return Entity(entry, at, at + 1, token.text, guessed=True) if entry else None

    def _single(self, token: Token) -> Entry | None:
        """One word; "xrp's" is XRP."""
        entry = self.names.get(token.low)
        if entry is None and token.text.lower().endswith("'s"):
            entry = self.names.get(token.low[:-1])
        return entry

    def _glued(self, at: int) -> Entity | None:
        """BTCUSDT, ethbtc: a pair in one word is its base; the quote is read by `slots`."""
        low = self.lows[at]
        if not 5 <= len(low) <= 12 or not low.isalnum():
            return None
        for quote in ("usdt", "usdc", "usd", "eur", "btc", "eth", "gbp"):
            base = self.names.phrases.get(low[: -len(quote)]) if low.endswith(quote) else None
            if (
                base is not None
                and base.asset
                and base.ticker
                and (not base.careful or low[: -len(quote)] not in words.HARD)
            ):
                return Entity(replace(base, careful=False), at, at + 1, self.tokens[at].text, quote=quote.upper())
        return None

    # ------------------------------------------------------------------------------------------- ordinary words

    def _stands_out(self, entity: Entity) -> bool:
        """Whether the writing itself or the words beside an ordinary word make it a name."""
        word = " ".join(self.lows[entity.start : entity.end])
        if word in words.SOFT:
            return True
        before = self.lows[entity.start - 1] if entity.start else ""
        after = self.lows[entity.end] if entity.end < len(self.lows) else ""
        if before == "$" or entity.entry.currency:
            return before == "$" or self._is_money(entity, before)
        written = entity.written
        capitals = (
            written.isupper()
            and written.isascii()
            and not self.shouted
            and len(written) > 1
            and entity.end == entity.start + 1
        )
        if capitals and entity.entry.asset and word not in words.NEVER_BARE:
            return True
        return self._reading_fits(entity, word, before, after)

    def _is_money(self, entity: Entity, before: str) -> bool:
        if (entity.start and self.tokens[entity.start - 1].kind == "number") or before in _NUMBER_WORDS:
            return True
        if self.lows[entity.start] in ("pound", "pounds", "块", "元", "원"):
            return True
        if entity.written.isupper() and not self.shouted and len(entity.written) == 3:
            return True
        return before in ("in", "into", "to", "en", "em", "auf") and self.lows[entity.start] not in ("try",)

    def _reading_fits(self, entity: Entity, word: str, before: str, after: str) -> bool:
        entry, careful = entity.entry, entity.entry.careful_of
        if entry.asset and "asset" not in careful and not word.isascii():
            return True
        if entry.asset and self._asset_fits(entity, word, before, after):
            return True
        others = set(self.lows)
        if (
            entry.protocol
            and ("protocol" in careful or "asset" in careful)
            and self._protocol_fits(word, before, after, others)
        ):
            return True
        if (
            entry.chain
            and ("chain" in careful or "asset" in careful)
            and self._chain_fits(entity, before, after, others)
        ):
            return True
        if entry.protocol and "protocol" not in careful and not entry.asset:
            return True
        return bool(entry.exchange and before in words.BEFORE_PLACE)

    def _asset_fits(self, entity: Entity, word: str, before: str, after: str) -> bool:
        if word in words.NEVER_BARE:
            return word == "safe" and after == "token"
        if after in ("token", "tokens", "coin") or before in ("token", "coin"):
            return True
        if (word, after) in _PLAIN_PAIRS or (word in words.VERBS and after in _COUNTED_NOUNS):
            return False
        if after in words.MARKET_NOUNS and not (word in words.HARD and after in _LOOSE_NOUNS):
            return True
        number_before = entity.start > 0 and self.tokens[entity.start - 1].kind == "number"
        if number_before and word not in ("move", "core", "waves", "band"):
            return True
        if word in words.HARD:
            return before in ("buy", "sell", "chart", "rsi", "stake", "swap", "price") and after in (
                "",
                "?",
                "!",
                "now",
            )
        if before in words.BEFORE_ASSET or (len(self.tokens) <= 2 and after in ("", "?", "!", ".")):
            return True
        then = self.lows[entity.end + 1] if entity.end + 1 < len(self.lows) else ""
        if after == "is" and then in words.VERBS_OF_PRICE and then != "at":
            return True
        talk = any(low in words.MARKET_TALK for low in self.lows if low != word)
        if before in words.LINKING and (talk or after in words.VERBS_OF_PRICE) and after not in _ORDINARY_AFTER:
            return True
        return talk and (after in ("vs", "versus") or (after in words.VERBS_OF_PRICE and after != "at"))

    def _protocol_fits(self, word: str, before: str, after: str, others: set[str]) -> bool:
        if word in words.NEVER_BARE:
            return False
        talk = bool((others - {word}) & words.PROTOCOL_TALK)
        if after in words.PROTOCOL_TALK and after not in ("interest", "rate"):
            return True
        if word in words.HARD:
            return talk and before in ("vs", "versus")
        return talk and before not in _ORDINARY_BEFORE and after not in ("interest", "interests", "taker")

    def _chain_fits(self, entity: Entity, before: str, after: str, others: set[str]) -> bool:
        if after in ("chain", "network", "gas", "tvl", "l2", "bridge", "fees", "ecosystem", "mainnet", "gwei"):
            return True
        word = self.lows[entity.start]
        if before in _PLACING and after in _PLACE_ENDS and word not in words.HARD:
            return True
        if before in ("gas", "gwei") and after not in _ORDINARY_AFTER:
            return True
        talk = bool(others & words.CHAIN_TALK) or bool(self.sure)
        if before == "from" and after == "to" and entity.end + 1 < len(self.lows):
            toward = self.names.get(self.lows[entity.end + 1])
            return talk and toward is not None and toward.chain is not None
        placed = before in (_PLACING if word in words.HARD else words.BEFORE_PLACE)
        return talk and placed and after not in _ORDINARY_AFTER

    def _beside_others(self, entity: Entity) -> bool:
        """An ordinary word joined to a sure name: "btc and link", "uni, near or dot", "arbitrum vs base"."""
        word = self.lows[entity.start]
        if entity.entry.currency or word in words.NEVER_BARE:
            return False
        if word in words.VERBS and entity.end in self.sure:
            return False  # "ape sol", "op ethereum"
        if word not in words.HARD and entity.entry.protocol and self.protocols - {entity.entry.protocol}:
            return True
        if word not in words.HARD and entity.entry.chain and self.chains - {entity.entry.chain}:
            return True
        if self.sure and entity.start and self.lows[entity.start - 1] in ("vs", "versus", "against"):
            return True
        does = word in words.VERBS
        for step, edge in ((-1, entity.start - 1), (1, entity.end)):
            near = edge + step
            if does and step == 1 and 0 <= edge < len(self.lows) and self.lows[edge] not in _LISTING:
                continue  # "ape into sol", "move eth"
            if 0 <= edge < len(self.lows) and 0 <= near < len(self.lows):
                if self.lows[edge] in words.JOINING and near in self.sure and self._joins(word, self.lows[edge]):
                    self.sure.update(range(entity.start, entity.end))
                    return True
                if edge in self.sure and word not in words.HARD:
                    self.sure.update(range(entity.start, entity.end))
                    return True
        return False

    def _alone(self, found: Sequence[Entity]) -> bool:
        """ "across or stargate", "optimism or base": nothing but protocols, or chains, and what joins them."""
        inside = {i for entity in found for i in range(entity.start, entity.end)}
        rest = {low for i, low in enumerate(self.lows) if i not in inside}
        alike = all(entity.entry.protocol for entity in found) or all(entity.entry.chain for entity in found)
        return len(found) > 1 and alike and bool(rest) and rest <= _SIDE_BY_SIDE

    def _joins(self, word: str, joiner: str) -> bool:
        return joiner not in ("to", "into", "a", "en", "e", "y", "o", "with", "than", "zu") or word not in words.HARD


_NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten twenty thirty forty fifty hundred thousand million billion a k "
    "mil grand".split()
)
_PLAIN_PAIRS = frozenset({("core", "devs"), ("core", "dev"), ("core", "developers"), ("core", "developer")})
_COUNTED_NOUNS = frozenset({"usd", "usdt", "usdc", "eur", "coin", "coins", "tokens", "funds", "liquidity"})
_SIDE_BY_SIDE = frozenset({"or", "vs", "versus", "v", "compare", "?", ","})
_LISTING = frozenset({"and", "or", "vs", "versus", "/", ",", "&"})
_LOOSE_NOUNS = frozenset(
    "up down news support setup supply target outlook market hype entry levels level trend ta analyse signal alert "
    "alerts pump dump".split()
)
_ORDINARY_BEFORE = frozenset("yield the a an learning bonding price market this to of-the".split())
_PLACING = frozenset("on to from off onto auf vs versus".split())
_PLACE_ENDS = frozenset(
    [
        "",
        "?",
        "!",
        ".",
        ",",
        ";",
        "and",
        "or",
        "vs",
        "right",
        "now",
        "rn",
        "atm",
        "today",
        "for",
        "with",
        "please",
        "this",
        "to",
        "pls",
    ]
)
_ORDINARY_AFTER = frozenset("to of the me my a an my future term fee rate line between from".split())

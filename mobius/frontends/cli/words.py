"""What was typed, before any command is known. Here: options told from words. Not here: a command's arguments (parser)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TAKE_A_VALUE = frozenset({"--as-of", "--world", "--home", "--deadline"})
"""Options of every command whose value is the next token; a test holds this beside the parser's table."""
FLAGS = frozenset({"--json", "--sandbox", "--ascii", "--no-color", "--verbose"})
_HELP = ("-h", "--help")


@dataclass(frozen=True, slots=True)
class Line:
    """A command line in parts. `leading` are the options before the first word, `rest` all from the first word on."""

    leading: list[str]
    rest: list[str]
    words: list[str]
    """What of `rest` stands before its first option: a command's name, or the first words of a question."""
    help: bool
    version: bool

    @property
    def unknown(self) -> str | None:
        """An option before the command that no command has; with a command, its parser tells."""
        known = {*TAKE_A_VALUE, *FLAGS, *_HELP, "--version"}
        named = (token.partition("=")[0] for token in self.leading if token.startswith("-"))
        return None if self.words else next((name for name in named if name not in known), None)

    def after(self, n_words: int) -> list[str]:
        """The tokens of a command whose name took `n_words`."""
        return [*self.leading, *self.rest[n_words:]]


def split(tokens: Sequence[str]) -> Line:
    """Tell the options before the command from the command."""
    at = 0
    while at < len(tokens) and tokens[at].startswith("-") and " " not in tokens[at]:
        if tokens[at] == "--":
            break
        at += 2 if tokens[at] in TAKE_A_VALUE else 1
    leading, rest = list(tokens[:at]), list(tokens[at:])
    if rest and rest[0] == "--":
        rest = rest[1:]
    words = []
    for token in rest:
        if token.startswith("-"):
            break
        words.append(token)
    before = [*leading, *(rest[: rest.index("--")] if "--" in rest else rest)]
    return Line(leading, rest, words, any(token in _HELP for token in before), not words and "--version" in leading)

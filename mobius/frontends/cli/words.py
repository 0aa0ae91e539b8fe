"""What was typed, before any command is known. Here: options told from words. Not here: a command's arguments (parser)."""

from __future__ import annotations

from collections.abc import Sequence

TAKE_A_VALUE = frozenset({"--as-of", "--world", "--home", "--deadline"})
"""Options of every command whose value is the next token; a test holds this beside the parser's table."""
FLAGS = frozenset({"--json", "--sandbox", "--ascii", "--no-color", "--verbose"})
_HELP = ("-h", "--help")


class Line:
    """A command line in parts. A plain class: this is read before anything that could make a better one is loaded."""

    def __init__(self, leading: list[str], rest: list[str], *, help_wanted: bool, version: bool) -> None:
        self.leading = leading
        """The options before the first word."""
        self.rest = rest
        """Everything from the first word on."""
        self.words = rest[: next((at for at, token in enumerate(rest) if token.startswith("-")), len(rest))]
        """What of `rest` stands before its first option: a command's name, or the first words of a question."""
        self.help = help_wanted
        self.version = version and not self.words

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
    before = [*leading, *(rest[: rest.index("--")] if "--" in rest else rest)]
    return Line(leading, rest, help_wanted=any(token in _HELP for token in before), version="--version" in leading)

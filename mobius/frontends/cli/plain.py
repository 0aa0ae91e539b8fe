"""Lines for a terminal without a library. Here: Look, Page, wrapping of styled text. Not here: what an answer says (render).

A page is written as a whole and printed once. Everything put on it is cleaned; colour is only a help.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Literal, TextIO, TypeAlias

from msgspec import Struct

from mobius.frontends.cli.escape import ascii_text, cell_width, char_width, clean

WIDTH = 80
"""Widest line written; a narrower terminal narrows it."""
NARROWEST = 20

Style = Literal["", "bold", "dim", "good", "bad", "warn"]
_CODES: dict[str, str] = {"bold": "1", "dim": "2", "good": "32", "bad": "31", "warn": "1;33"}

Span: TypeAlias = tuple[str, Style]
_Word: TypeAlias = list[Span]
NO_BREAK = "\u00a0"
_MARKS = "/?&,;#=_-."


class Look(Struct, frozen=True, kw_only=True):
    """How this terminal shows things."""

    width: int = WIDTH
    color: bool = False
    ascii: bool = False


def look_of(stream: TextIO, *, plain_ascii: bool = False, no_color: bool = False) -> Look:
    """Read the terminal: its width, whether colours are wanted (`NO_COLOR`), whether it can show Unicode."""
    encoding = (stream.encoding or "ascii").lower().replace("-", "").replace("_", "")
    wanted = stream.isatty() and not no_color and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Look(
        width=max(NARROWEST, min(_columns(stream), WIDTH)), color=wanted, ascii=plain_ascii or not encoding.startswith("utf")
    )  # fmt: skip


def _columns(stream: TextIO) -> int:
    """Columns of the terminal, `COLUMNS` first; eighty where there is none."""
    said = os.environ.get("COLUMNS", "")
    if said.isascii() and said.isdigit() and int(said[:6]) > 0:
        return int(said[:6])
    try:
        return os.get_terminal_size(stream.fileno()).columns or WIDTH
    except (OSError, ValueError):
        return WIDTH


class Page:
    """Lines written so far. `line` wraps; `drawn` takes lines that were laid out elsewhere from cleaned text."""

    def __init__(self, look: Look | None = None) -> None:
        self.look = look or Look()
        self.lines: list[str] = []

    def line(self, *spans: Span | str, indent: str = "", hang: str | None = None) -> None:
        """Write spans as one paragraph; `indent` stands before its first line, `hang` before the others (both ours)."""
        styled: list[Span] = [(self.safe(text), style) for text, style in map(_span, spans)]
        first = self.own(indent)
        rest = first if hang is None else self.own(hang)
        room = max(8, self.look.width - max(cell_width(first), cell_width(rest)))
        for at, words in enumerate(wrap(styled, room)):
            self.lines.append((first if at == 0 else rest) + self.paint_all(words))

    def blank(self) -> None:
        """An empty line, never two in a row nor at the top."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def drawn(self, lines: Iterable[str]) -> None:
        """Add lines laid out elsewhere."""
        self.lines.extend(lines)

    def safe(self, text: str) -> str:
        """Clean text in the characters this terminal has; spaces that do not break stay."""
        kept = NO_BREAK.join(clean(part) for part in text.split(NO_BREAK))
        return ascii_text(kept) if self.look.ascii else kept

    def own(self, text: str) -> str:
        """Text of the program itself, spaces kept, in the characters this terminal has."""
        return ascii_text(text) if self.look.ascii else text

    def paint(self, text: str, style: Style) -> str:
        """Text already safe, in a style."""
        if not (self.look.color and style and text):
            return text
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m"

    def paint_all(self, spans: Sequence[Span]) -> str:
        return "".join(self.paint(text.replace(NO_BREAK, " "), style) for text, style in spans).rstrip()

    def text(self) -> str:
        """Everything written, ending in a newline."""
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        return "".join(f"{line}\n" for line in self.lines)


def _span(span: Span | str) -> Span:
    return (span, "") if isinstance(span, str) else span


def wrap(spans: Sequence[Span], width: int) -> list[list[Span]]:
    """Break spans at spaces into lines of at most `width` columns; a word longer than a line is cut."""
    lines: list[list[Span]] = [[]]
    used = 0
    for word in _words(spans):
        size = sum(cell_width(text) for text, _ in word)
        if used and used + 1 + size > width:
            lines.append([])
            used = 0
        if used:
            lines[-1].append((" ", _shared_style(lines[-1][-1][1], word[0][1])))
            used += 1
        for text, style in word:
            for piece in _cut(text, width, used):
                if piece is None:
                    lines.append([])
                    used = 0
                else:
                    lines[-1].append((piece, style))
                    used += cell_width(piece)
    return lines if lines != [[]] else []


def _shared_style(left: Style, right: Style) -> Style:
    return left if left == right else ""


def _words(spans: Sequence[Span]) -> list[_Word]:
    """Words with their styles; a word may be made of several spans."""
    words: list[_Word] = []
    joined = False
    for text, style in spans:
        for at, part in enumerate(text.split(" ")):
            if at > 0:
                joined = False
            if not part:
                continue
            if joined:
                words[-1].append((part, style))
            else:
                words.append([(part, style)])
            joined = True
    return words


def _cut(text: str, width: int, used: int) -> Iterable[str | None]:
    """Pieces of a word that fit, None where a new line begins; an address is cut behind a mark where it can be."""
    while used + cell_width(text) > width:
        if used >= width:
            yield None
            used = 0
            continue
        end = _fitting(text, width - used)
        if end == 0 and used == 0:
            break  # a character wider than the line: nothing fits better
        if end:
            yield text[:end]
        yield None
        text, used = text[end:], 0
    if text:
        yield text


def _fitting(text: str, room: int) -> int:
    """How many characters of a word stand in `room` columns, ending behind one of the marks if any is in the later half."""
    end = 0
    for char in text:
        room -= char_width(char)
        if room < 0:
            break
        end += 1
    marked = max(text.rfind(mark, 0, end) + 1 for mark in _MARKS)
    return marked if marked > end // 2 else end

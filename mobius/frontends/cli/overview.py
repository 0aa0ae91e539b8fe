"""The text of `mobius --help`. Here: the list of commands. Not here: a command's own help (parser)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mobius.frontends.cli.catalogue import Entry

_HEAD = """\
usage: mobius [options] COMMAND ...
       mobius "a question in plain words"

Möbius answers questions about crypto and DeFi: short, sourced, dated.

questions:
  ask                  answer a question
  chat                 a prompt for one question after another
"""
_TAIL = """\
options, before or after the command's name:
  --json               one JSON document on stdout, logs on stderr
  --as-of INSTANT      answer from history as known then: 2024-03-05
  --sandbox            the simulated world (--world sandbox:SEED for another)
  --world WORLD        live (default), sandbox or sandbox:SEED
  --home PATH          folder of Möbius's data
  --deadline SECONDS   how long the answer may take
  --ascii, --no-color  plainer output
  --verbose            say more on stderr, and traces of bugs
  --version, --help    `mobius COMMAND --help` has examples

examples:
  mobius "what is btc doing today"
  mobius price btc eth --json
  mobius ask "rsi on sol" --sandbox
  mobius ask "what was eth worth" --as-of 2024-03-05
"""


def overview(entries: Sequence[Entry]) -> str:
    """The whole help text, within 80 columns."""
    tools = [entry for entry in entries if entry.is_tool]
    others = [entry for entry in entries if not entry.is_tool]
    sections = [_HEAD]
    if tools:
        sections.append("answers by command:\n" + "".join(_lines(tools)))
    if others:
        sections.append("your data and this program:\n" + "".join(_lines(others)))
    return "\n".join((*sections, _TAIL))


def group_help(name: str, entries: Sequence[Entry]) -> str:
    """The help of a word that begins several commands, such as `history`."""
    return f"usage: mobius {name} COMMAND ...\n\ncommands:\n" + "".join(_lines(entries))


def _lines(entries: Iterable[Entry]) -> Iterable[str]:
    for entry in entries:
        rows = _wrapped(entry.summary, 57)
        yield f"  {entry.name:<20} {rows[0]}\n"
        yield from (f"{'':23}{row}\n" for row in rows[1:])


def _wrapped(text: str, width: int) -> list[str]:
    rows = [""]
    for word in text.split():
        if rows[-1] and len(rows[-1]) + 1 + len(word) > width:
            rows.append(word)
        else:
            rows[-1] = f"{rows[-1]} {word}".lstrip()
    return rows

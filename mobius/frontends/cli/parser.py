"""Arguments of one command. Here: argparse made from a tool's query or a command's options. Not here: running it (main).

Only the parser of the command asked for is built. Options may stand before or after the command's name and anywhere
between its arguments.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import msgspec
from msgspec import Struct

from mobius.core.errors import BadParameter
from mobius.core.instants import parse_instant
from mobius.core.tools import Command, Option, Tool
from mobius.core.world import parse_world
from mobius.frontends.cli.fields import Field, fields_of, typed
from mobius.frontends.cli.opening import OpenRequest

GLOBAL_OPTIONS: tuple[Option, ...] = (
    Option(name="--json", help="one JSON document on stdout, logs on stderr", flag=True),
    Option(name="--as-of", help="answer from history as known then: 2024-03-05 or 2024-03-05T14:00Z"),
    Option(name="--sandbox", help="the simulated world, same as --world sandbox", flag=True),
    Option(name="--world", help="live, sandbox or sandbox:SEED"),
    Option(name="--home", help="folder of Möbius's data"),
    Option(name="--deadline", help="seconds the answer may take"),
    Option(name="--ascii", help="no character beyond ASCII", flag=True),
    Option(name="--no-color", help="no colours (also: NO_COLOR=1)", flag=True),
    Option(name="--verbose", help="say more on stderr, and traces of bugs", flag=True),
)
"""Options of every command."""
_VALUE_NAMES = {
    "--as-of": "INSTANT", "--world": "WORLD", "--home": "PATH", "--deadline": "SECONDS",
}  # fmt: skip


_GUARD = "\0"


class HelpWanted(Exception):
    """`--help` stood among the arguments; carries the text."""


class Globals(Struct, frozen=True, kw_only=True):
    """The options every command takes, read."""

    json: bool = False
    as_of: datetime | None = None
    world: str | None = None
    home: Path | None = None
    deadline_s: float | None = None
    ascii: bool = False
    no_color: bool = False
    verbose: bool = False

    def opening(self, *, stays: bool = False) -> OpenRequest:
        return OpenRequest(world=self.world, home=self.home, as_of=self.as_of, stays=stays, verbose=self.verbose)


class Parsed(Struct, frozen=True, kw_only=True):
    """A command line, read: options of every command, and the command's own arguments by name."""

    globals: Globals
    arguments: Mapping[str, Any]


class Usage(Struct, frozen=True, kw_only=True):
    """How a command that is no file of its own is used."""

    name: str
    summary: str
    options: tuple[Option, ...]
    examples: tuple[str, ...]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadParameter(f"{self.prog}: {message}.", hint=f"See: {self.prog} --help")


class _Help(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any, **__: Any) -> NoReturn:
        raise HelpWanted(parser.format_help())


def parse_tool(tool: Tool[Any, Any], tokens: Sequence[str]) -> Parsed:
    """Read the arguments of a tool's command; values are left as typed, text for the application to understand."""
    parser = _new(tool.name, tool.summary, _tool_examples(tool))
    fields = [item for item in fields_of(tool.query) if item.name in tool.positional or _offered(item)]
    sentence = _sentence(tool.positional, fields)
    for item in sorted(fields, key=lambda item: _place(tool.positional, item.name)):
        _add_field(parser, item, positional=item.name in tool.positional, sentence=item.name == sentence)
    found = _run(parser, tokens)
    if sentence is not None and found[sentence]:
        found[sentence] = " ".join(found[sentence])
    _shift_words(tool.positional, fields, found)
    given = {item.name: found[item.name] for item in fields if found[item.name] not in (None, [])}
    arguments = {item.name: typed(item, given[item.name]) for item in fields if item.name in given}
    return Parsed(globals=_globals(found), arguments=arguments)


def _sentence(positional: Sequence[str], fields: Sequence[Field]) -> str | None:
    """The last argument where it is text of any length, whose words need no quotes: `explain impermanent loss`."""
    last = next((item for item in fields if positional and item.name == positional[-1]), None)
    return last.name if last is not None and last.kind == "text" and not (last.many or last.choices) else None


def _shift_words(positional: Sequence[str], fields: Sequence[Field], found: dict[str, Any]) -> None:
    """A first argument that may be left out and takes a number leaves words to the next one: `convert btc eur`."""
    kinds = {item.name: item for item in fields}
    if len(positional) < 2:
        return
    first, second = (kinds[name] for name in positional[:2])
    value = found[first.name]
    is_word = isinstance(value, str) and not any(char.isdigit() for char in value)
    if first.kind == "number" and not first.required and second.many and is_word:
        found[first.name], found[second.name] = None, [value, *(found[second.name] or [])]


def parse_command(command: Command | Usage, tokens: Sequence[str]) -> Parsed:
    """Read the arguments of a command, by option name with `_` for `-`."""
    parser = _new(command.name, command.summary, command.examples)
    for option in command.options:
        _add_option(parser, option)
    found = _run(parser, tokens)
    return Parsed(globals=_globals(found), arguments={key(option): found[key(option)] for option in command.options})


def key(option: Option) -> str:
    """The name under which an option's value is handed over: `--as-of` is `as_of`."""
    return option.name.lstrip("-").replace("-", "_").lower()


def _new(name: str, summary: str, examples: Sequence[str]) -> _Parser:
    parser = _Parser(
        prog=f"mobius {name}", description=summary, add_help=False, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(("examples:", *(f"  {example}" for example in examples))) if examples else None,
    )  # fmt: skip
    shared = parser.add_argument_group("options of every command")
    shared.add_argument("-h", "--help", action=_Help, nargs=0, help="this text")
    for option in GLOBAL_OPTIONS:
        _add_option(shared, option)
    return parser


def _tool_examples(tool: Tool[Any, Any]) -> tuple[str, ...]:
    return tuple(
        f'mobius ask "{example}"' if not example.startswith("mobius ") else example for example in tool.examples
    )


def _literal(text: str) -> str:
    return text.replace("%", "%%")


def _add_option(parser: argparse._ActionsContainer, option: Option) -> None:
    said = _literal(option.help)
    if option.flag:
        parser.add_argument(option.name, action="store_true", help=said)
    elif option.name.startswith("-"):
        shown = _VALUE_NAMES.get(option.name, option.name.strip("-").upper())
        nargs = "+" if option.many else None
        parser.add_argument(option.name, nargs=nargs, default=option.default, metavar=shown, help=said)
    else:
        optional = option.default is not None or option.optional
        nargs = ("*" if optional else "+") if option.many else ("?" if optional else None)
        parser.add_argument(key(option), nargs=nargs, default=option.default, metavar=option.name.upper(), help=said)


def _add_field(parser: argparse.ArgumentParser, item: Field, *, positional: bool, sentence: bool) -> None:
    said = _literal(item.help)
    shown = item.name.upper().replace("_", "-")
    if positional:
        nargs = ("+" if item.required else "*") if item.many or sentence else (None if item.required else "?")
        parser.add_argument(item.name, nargs=nargs, default=None, metavar=shown, help=said)
    elif item.kind == "flag":
        parser.add_argument(
            f"--{item.option}", dest=item.name, action=argparse.BooleanOptionalAction, default=None, help=said
        )
    else:
        nargs = "+" if item.many else None
        metavar = "{" + ",".join(item.choices) + "}" if item.choices else shown
        parser.add_argument(
            f"--{item.option}", dest=item.name, nargs=nargs, required=item.required, metavar=metavar, help=said
        )


def _place(positional: Sequence[str], name: str) -> int:
    return positional.index(name) if name in positional else len(positional)


def _offered(item: Field) -> bool:
    """Whether a field is an option: not one that every command has, nor the question's own text."""
    return item.name != "text" and f"--{item.option}" not in ("--help", *(option.name for option in GLOBAL_OPTIONS))


def _run(parser: _Parser, tokens: Sequence[str]) -> dict[str, Any]:
    """Parse with options anywhere; after `--` nothing is an option.

    Options between arguments take argparse two passes, and the second no longer sees the `--`: what stands behind it is
    marked by a character that no command line can hold.
    """
    at = tokens.index("--") if "--" in tokens else len(tokens)
    guarded = [*tokens[:at], *(_GUARD + token for token in tokens[at + 1 :])]
    return {name: _bare(value) for name, value in vars(parser.parse_intermixed_args(guarded)).items()}


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return value.removeprefix(_GUARD) if isinstance(value, str) else value


def _globals(found: Mapping[str, Any]) -> Globals:
    world = found["world"]
    if found["sandbox"]:
        if world is not None and parse_world(world).kind != "sandbox":
            raise BadParameter(f"--sandbox and --world {world} contradict each other.", hint="Give one of them.")
        world = world or "sandbox"
    elif world is not None:
        parse_world(world)
    return Globals(
        json=found["json"], as_of=None if found["as_of"] is None else parse_instant(found["as_of"]), world=world,
        home=None if found["home"] is None else Path(found["home"]).expanduser(),
        deadline_s=_seconds(found["deadline"]), ascii=found["ascii"], no_color=found["no_color"],
        verbose=found["verbose"],
    )  # fmt: skip


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = msgspec.convert(text, float, strict=False)
    except msgspec.ValidationError as error:
        raise BadParameter(f"--deadline: {text!r} is no number of seconds.", hint="Such as --deadline 10") from error
    if not 0 < seconds <= 3600:
        raise BadParameter(f"--deadline: {text} is not between 0 and 3600 seconds.", hint="Such as --deadline 10")
    return seconds

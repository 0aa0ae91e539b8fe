"""Which commands there are. Here: finding tools and commands by their files, without running more of them than needed.

Not here: their arguments (parser). `mobius --help` lists names and summaries read out of the source text, because running
every tool's module to print one line of each costs more time than the rest of the help.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from mobius.core.tools import Command, Tool

_FOLDERS = (("mobius.frontends.cli.commands", "COMMAND"), ("mobius.assistant.tools", "TOOL"))
_WORD = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_CHANNEL = "cli"
_WANTED = ("name", "summary", "surfaces")


class Entry(NamedTuple):
    """One line of the list of commands."""

    name: str
    summary: str
    is_tool: bool


class Catalogue(Protocol):
    """The commands of the command line."""

    def match(self, words: Sequence[str]) -> tuple[Command | Tool[Any, Any], int] | None:
        """The command or tool that `words` begin with, and how many words name it."""
        ...

    def entries(self) -> tuple[Entry, ...]:
        """Every command and tool, by name."""
        ...


class Folders:
    """The commands and tools found by walking their folders."""

    def match(self, words: Sequence[str]) -> tuple[Command | Tool[Any, Any], int] | None:
        names = [" ".join(words[:n]) for n in (2, 1) if len(words) >= n and all(map(_WORD.fullmatch, words[:n]))]
        for name in names:
            for package, variable in _FOLDERS:
                stem = re.sub("[ -]", "_", name)
                if (_folder(package) / f"{stem}.py").is_file():
                    found = _load(package, stem, variable)
                    if found is not None and found.name == name:
                        return found, name.count(" ") + 1
        for package, variable in _FOLDERS:  # a file that does not bear its command's name
            for file in _files(package):
                name = str(_read(package, file, variable).get("name"))
                if name in names and (found := _load(package, file.stem, variable)) is not None:
                    return found, name.count(" ") + 1
        return None

    def entries(self) -> tuple[Entry, ...]:
        found: dict[str, Entry] = {}  # a tool takes the place of the command beside it
        for package, variable in _FOLDERS:
            for file in _files(package):
                said = _read(package, file, variable)
                if "name" in said and _CHANNEL in said.get("surfaces", (_CHANNEL,)):
                    name = str(said["name"])
                    found[name] = Entry(name, str(said.get("summary", "")), variable == "TOOL")
        return tuple(sorted(found.values()))


def _load(package: str, stem: str, variable: str) -> Command | Tool[Any, Any] | None:
    found = getattr(importlib.import_module(f"{package}.{stem}"), variable, None)
    return None if found is None or _CHANNEL not in getattr(found, "surfaces", (_CHANNEL,)) else found


def _folder(package: str) -> Path:
    root = Path(__file__).resolve().parents[3]
    return root.joinpath(*package.split("."))


def _files(package: str) -> Iterator[Path]:
    return (file for file in sorted(_folder(package).glob("*.py")) if not file.stem.startswith("_"))


def _read(package: str, file: Path, variable: str) -> dict[str, Any]:
    """Name, summary and surfaces that the call says which `variable` is set to in `file`; nothing if it is not set."""
    import ast  # 8 ms that a known command does not pay

    source = file.read_text(encoding="utf-8")
    start = re.search(rf"^{variable}\b", source, re.MULTILINE)
    if start is None:
        return {}
    statement = ast.parse(source[start.start() :]).body[0]
    call = getattr(statement, "value", None)
    words = call.keywords if isinstance(call, ast.Call) else ()
    try:
        return {word.arg: ast.literal_eval(word.value) for word in words if word.arg in _WANTED}
    except ValueError:  # not written out as a literal: ask the module itself
        found = _load(package, file.stem, variable)
        return {} if found is None else {name: getattr(found, name) for name in _WANTED if hasattr(found, name)}

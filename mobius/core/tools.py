"""What a tool and a command are. Here: Tool, Command, the context a tool runs in. Not here: any tool (assistant.tools).

A tool is defined once, in one file: its command, HTTP route, MCP tool, model schema, documentation and metrics come from
`TOOL`. `run` picks inputs, asks the desk, calls pure code and returns facts; `words` says them and computes nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct

from mobius.core.desk import Desk
from mobius.core.ports import Clock, Compute, Deadline, Person, Tracer
from mobius.core.words import Draft, Writer
from mobius.core.world import World

Q = TypeVar("Q", bound=Struct)
R = TypeVar("R", bound=Struct)

Surface = Literal["cli", "web", "mcp", "telegram"]


class Context(Struct, frozen=True, kw_only=True):
    """What a tool may use. `as_of` None is now; `tools` lists what is built, `configured` names the sources at hand."""

    desk: Desk
    clock: Clock
    as_of: datetime | None
    person: Person
    deadline: Deadline
    compute: Compute
    tracer: Tracer
    world: World
    tools: Mapping[str, Tool[Any, Any]]
    configured: Callable[[], tuple[str, ...]] = tuple


class Tool(Struct, Generic[Q, R], frozen=True, kw_only=True):
    """One capability. The query's fields are slots of the question by name; those without default are asked for."""

    name: str
    """Also the command's name; `portfolio risk` is two words of the command line."""
    intents: tuple[str, ...]
    query: type[Q]
    report: type[R]
    run: Callable[[Q, Context], Awaitable[R]]
    words: Callable[[R, Writer], Draft]
    examples: tuple[str, ...]
    summary: str
    positional: tuple[str, ...] = ()
    tried_with: Mapping[str, Any] = {}
    """Arguments that show it at work, where its required fields alone do not."""
    surfaces: tuple[Surface, ...] = ("cli", "web", "mcp", "telegram")


class Option(Struct, frozen=True, kw_only=True):
    """One argument of a command: a positional when `name` has no dashes, needed unless `optional` or with a default."""

    name: str
    help: str
    default: str | None = None
    many: bool = False
    flag: bool = False
    optional: bool = False


class Command(Struct, frozen=True, kw_only=True):
    """What reads files or administers: on the command line only, never offered to other surfaces."""

    name: str
    summary: str
    options: tuple[Option, ...]
    run: Callable[[Mapping[str, Any], Any], Awaitable[Any]]
    """Takes the parsed options and the composed application; returns a struct to print (JSON with --json)."""
    show: Callable[[Any, Any], None] | None = None
    """Writes that struct for people on the page it is given; without it the JSON is shown."""
    stays: bool = False
    """Whether it goes on until it is told to end."""
    shows_progress: bool = False
    """Whether it draws its own progress while a person waits."""
    beside: Tool[Any, Any] | None = None
    """The tool of the same name, which answers when none of the command's options is given."""
    examples: tuple[str, ...] = ()

"""From a command line to its output. Here: which command, running it, printing. Not here: reading arguments (parser)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from mobius.core.answers import Answer
from mobius.core.application import Application
from mobius.core.errors import BadParameter, NotBuilt
from mobius.core.ports import OWNER
from mobius.core.tools import Command, Option, Tool
from mobius.frontends.cli.catalogue import Catalogue
from mobius.frontends.cli.failures import answer_code, near_names
from mobius.frontends.cli.opening import OpenApp
from mobius.frontends.cli.output import print_json
from mobius.frontends.cli.overview import group_help
from mobius.frontends.cli.parser import Globals, HelpWanted, Usage, parse_command, parse_tool
from mobius.frontends.cli.plain import Page, look_of
from mobius.frontends.cli.planned import not_built
from mobius.frontends.cli.render import answer_text
from mobius.frontends.cli.waiting import Waiting
from mobius.frontends.cli.words import Line

ASK = Usage(
    name="ask", summary="Answer a question in plain words.",
    options=(Option(name="question", help="the question; quotes are not needed", many=True),),
    examples=("mobius ask what is btc doing today", 'mobius ask "rsi on sol?" --sandbox',
              'mobius ask "what was eth worth" --as-of 2024-03-05 --json'),
)  # fmt: skip
CHAT = Usage(
    name="chat", summary="A prompt for one question after another; with --json, one JSON answer a line.",
    options=(
        Option(name="question", help="a first question, answered before the prompt", many=True, optional=True),
        Option(name="--page", help="serve the page beside the prompt, until Ctrl-C", flag=True),
    ),
    examples=("mobius chat", 'mobius chat --sandbox "what is btc doing"'),
)  # fmt: skip


def dispatch(line: Line, open_app: OpenApp, catalogue: Catalogue) -> int:
    """Run the command that `line` names, or ask what it says; return the exit code."""
    try:
        return _dispatch(line, open_app, catalogue)
    except HelpWanted as help_text:
        sys.stdout.write(str(help_text))
        return 0


def _dispatch(line: Line, open_app: OpenApp, catalogue: Catalogue) -> int:
    words = line.words
    if words[0] == "help":
        return _dispatch(Line(["--help"], line.rest[1:], help_wanted=True, version=False), open_app, catalogue)
    if words[0] == ASK.name:
        parsed = parse_command(ASK, line.after(1))
        return _ask(" ".join(parsed.arguments["question"]), parsed.globals, open_app)
    if words[0] == CHAT.name:
        from mobius.frontends.cli.chat import chat

        parsed = parse_command(CHAT, line.after(1))
        first = " ".join(parsed.arguments["question"] or ())
        return chat(parsed.globals, open_app, catalogue, first=first, page=bool(parsed.arguments["page"]))
    found = catalogue.match(words)
    if found is None:
        return _unnamed(line, open_app, catalogue)
    command, n_words = found
    tokens = line.after(n_words)
    if isinstance(command, Tool):
        return _call(command, tokens, open_app)
    if command.beside is not None and not _has_option(command, tokens):
        return _beside(command, command.beside, tokens, open_app)
    return _command(command, tokens, open_app)


def _has_option(command: Command, tokens: Sequence[str]) -> bool:
    """Whether one of the command's own options stands among the tokens."""
    before = tokens[: tokens.index("--")] if "--" in tokens else tokens
    given = {token.partition("=")[0] for token in before if token.startswith("--")}
    return any(option.name in given for option in command.options)


def _beside(command: Command, tool: Tool[Any, Any], tokens: Sequence[str], open_app: OpenApp) -> int:
    """Run the tool of a name that is a command's as well; its help is followed by the command's."""
    try:
        return _call(tool, tokens, open_app)
    except HelpWanted as first:
        try:
            parse_command(command, ("--help",))
        except HelpWanted as second:
            raise HelpWanted(f"{first}\n{second}") from None
        raise


def _unnamed(line: Line, open_app: OpenApp, catalogue: Catalogue) -> int:
    """The first word names nothing: the beginning of several commands, a slip, an ability to come, or a question."""
    word = line.words[0]
    if " " not in word:
        _refuse_not_built(" ".join(line.words[:2]))
        entries = catalogue.entries()
        group = [entry for entry in entries if entry.name.startswith(f"{word} ")]
        if group and line.help:
            raise HelpWanted(group_help(word, group))
        if group:
            names = ", ".join(entry.name.removeprefix(f"{word} ") for entry in group)
            raise BadParameter(f"mobius {word} needs one of: {names}.", hint=f"See: mobius {word} --help")
        _refuse_not_built(word)
        first = {entry.name.split(" ")[0] for entry in entries} | {ASK.name, CHAT.name}
        if near := near_names(word.lower(), first):
            raise BadParameter(
                f"There is no command {word!r}: did you mean {' or '.join(near)}?",
                hint='A question goes in quotes: mobius "..."; `mobius --help` lists the commands.',
            )
    parsed = parse_command(ASK, line.after(0))
    return _ask(" ".join(parsed.arguments["question"]), parsed.globals, open_app)


def _refuse_not_built(name: str) -> None:
    if (message := not_built(name)) is not None:
        raise NotBuilt(message, hint="`mobius --help` lists what is.")


def _ask(question: str, options: Globals, open_app: OpenApp) -> int:
    async def ask(application: Application) -> Answer:
        return await application.ask(question, person=OWNER, as_of=options.as_of, deadline_s=options.deadline_s)

    return _answer(ask, options, open_app)


def _call(tool: Tool[Any, Any], tokens: Sequence[str], open_app: OpenApp) -> int:
    parsed = parse_tool(tool, tokens)
    options = parsed.globals

    async def call(application: Application) -> Answer:
        return await application.call(
            tool.name, parsed.arguments, person=OWNER, as_of=options.as_of, deadline_s=options.deadline_s
        )

    return _answer(call, options, open_app)


def _answer(get: Callable[[Application], Awaitable[Answer]], options: Globals, open_app: OpenApp) -> int:
    async def answered(application: Application) -> tuple[Answer, datetime]:
        return await get(application), application.clock.now()

    answer, now = _opened(answered, options, open_app)
    if options.json:
        print_json(answer)
    else:
        look = look_of(sys.stdout, plain_ascii=options.ascii, no_color=options.no_color)
        sys.stdout.write(answer_text(answer, look, now))
    return answer_code(answer)


def _command(command: Command, tokens: Sequence[str], open_app: OpenApp) -> int:
    parsed = parse_command(command, tokens)
    options = parsed.globals
    given = {**parsed.arguments, "as_of": options.as_of, "deadline_s": options.deadline_s}

    async def done(application: Application) -> Any:
        return await command.run(given, application)

    result = _opened(done, options, open_app, quiet=command.shows_progress, stays=command.stays)
    assert isinstance(result, Struct)
    if options.json or command.show is None:
        print_json(result)
    else:
        page = Page(look_of(sys.stdout, plain_ascii=options.ascii, no_color=options.no_color))
        command.show(result, page)
        sys.stdout.write(page.text())
    return int(getattr(result, "exit_code", 0))


def _opened(
    work: Callable[[Application], Awaitable[Any]],
    options: Globals,
    open_app: OpenApp,
    *,
    quiet: bool = False,
    stays: bool = False,
) -> Any:
    """Open the application, do the work, close it; a person who waits sees that something happens, unless `quiet`."""

    async def main() -> Any:
        async with open_app(options.opening(stays=stays)) as application:
            return await work(application)

    with Waiting.on(sys.stderr, wanted=not (quiet or options.json or options.verbose)):
        return asyncio.run(main())

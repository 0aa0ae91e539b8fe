"""A prompt for one question after another. Here: the loop, its few commands. Not here: answering (assistant).

The application lives on an event loop in a thread of its own, so that it goes on while the prompt waits, and so that
Ctrl-C at the prompt reaches the prompt.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar

from mobius.core.answers import Answer
from mobius.core.application import Application
from mobius.core.ports import OWNER
from mobius.core.tools import Command
from mobius.frontends.cli.catalogue import Catalogue
from mobius.frontends.cli.failures import tell
from mobius.frontends.cli.opening import OpenApp
from mobius.frontends.cli.output import print_json
from mobius.frontends.cli.parser import Globals
from mobius.frontends.cli.plain import Look, Page, look_of
from mobius.frontends.cli.render import write_answer
from mobius.frontends.cli.waiting import Waiting

T = TypeVar("T")

PROMPT = "möbius> "
HELP = (
    ("", "Ask in plain words, such as: what is btc doing today, rsi on sol, 0.2 eth in euros"),
    ("a number", "asks the follow-up of that number"),
    ("/why [ID] [FACT]", "where the figures of an answer come from; of the last one without ID"),
    ("/help", "this text"),
    ("exit, Ctrl-D", "ends"),
)
_ENDS = frozenset({"exit", "quit", "/exit", "/quit", "bye"})


def chat(options: Globals, open_app: OpenApp, catalogue: Catalogue, *, first: str = "", page: bool = False) -> int:
    """Ask until the person ends it or input does; errors are told and the prompt comes back. Returns 0.

    `first` is a question answered before the prompt is offered. With `page` the page is served meanwhile, and goes on
    after the end of input until Ctrl-C or SIGTERM.
    """
    talk = sys.stdin.isatty() and not options.json
    with _opened(options, open_app, page=page) as inside:
        session = Session(inside, options, catalogue)
        if talk:
            _remember_lines()
            session.greet()
        if first:
            session.asked(first)
        if inside.address is not None:
            session.tell_page(inside.address)
        prompt = PROMPT if talk and not session.look.ascii else "mobius> " if talk else None
        try:
            for line in _lines(prompt, interrupt_ends=page):
                if line.strip().lower() in _ENDS:
                    return 0
                session.take(line)
            if page:  # input is over, the page is not; the application goes on in its own thread
                signal.signal(signal.SIGTERM, signal.default_int_handler)
                threading.Event().wait()
        except KeyboardInterrupt:
            if not page:
                raise
    return 0


class Inside:
    """The application on its own loop; `do` runs work there and waits for it."""

    def __init__(self, application: Application, loop: asyncio.AbstractEventLoop, address: str | None) -> None:
        self.application = application
        self.address = address
        self._loop = loop

    def do(self, work: Callable[[Application], Awaitable[T]]) -> T:
        """The work's result or its error; KeyboardInterrupt while waiting cancels the work."""

        async def main() -> T:
            return await work(self.application)

        pending = asyncio.run_coroutine_threadsafe(main(), self._loop)
        try:
            return pending.result()
        except KeyboardInterrupt:
            pending.cancel()
            raise


class Session:
    """One conversation: what was answered last, and what its follow-ups were."""

    def __init__(self, inside: Inside, options: Globals, catalogue: Catalogue) -> None:
        self._inside = inside
        self._options = options
        self._catalogue = catalogue
        self._followups: tuple[str, ...] = ()

    @property
    def look(self) -> Look:
        """The terminal as it is now: a window is made narrower while one talks."""
        return look_of(sys.stdout, plain_ascii=self._options.ascii, no_color=self._options.no_color)

    def greet(self) -> None:
        page = Page(self.look)
        world = self._inside.application.world
        mark = "SIMULATED · " if world.simulated else ""
        page.line((mark, "warn"), (f"Möbius, world {world.name}. /help for help, exit to leave.", "dim"))
        self._print(page)

    def tell_page(self, address: str) -> None:
        mark = "SIMULATED · " if self._inside.application.world.simulated else ""
        sys.stderr.write(f"{mark}The page is at {address}; Ctrl-C ends it.\n")
        sys.stderr.flush()

    def asked(self, question: str) -> None:
        """Answer a question that was not typed at the prompt: it is shown first."""
        if not self._options.json:
            page = Page(self.look)
            page.line((f"> {question}", "dim"))
            self._print(page)
        self.take(question)

    def take(self, line: str) -> None:
        """Answer one line; whatever goes wrong is told, and the conversation goes on."""
        text = line.encode("utf-8", "replace").decode().strip()
        if not text:
            return
        try:
            self._take(text)
        except KeyboardInterrupt:
            sys.stderr.write("\nstopped\n")
        except BrokenPipeError:
            raise
        except Exception as error:  # the conversation's outermost loop
            tell(error, as_json=self._options.json, verbose=self._options.verbose)

    def _take(self, text: str) -> None:
        if text in ("/help", "help", "?"):
            page = Page(self.look)
            for what, said in HELP:
                page.line(said, indent=f"{what:<18}" if what else "", hang=" " * 18 if what else "")
            self._print(page)
        elif text.split()[0] == "/why":
            self._why(text.split()[1:])
        elif text.isascii() and text.isdigit() and 0 < int(text[:3]) <= len(self._followups):
            self._ask(self._followups[int(text[:3]) - 1])
        else:
            self._ask(text)

    def _ask(self, question: str) -> None:
        options = self._options

        async def ask(application: Application) -> Answer:
            return await application.ask(question, person=OWNER, as_of=options.as_of, deadline_s=options.deadline_s)

        with Waiting.on(sys.stderr, wanted=not options.json and not options.verbose):
            answer = self._inside.do(ask)
        self._followups = answer.followups
        if options.json:
            print_json(answer)
            return
        page = Page(self.look)
        write_answer(page, answer, self._inside.application.clock.now(), numbered=True)
        self._print(page)
        sys.stdout.write("\n")

    def _why(self, words: list[str]) -> None:
        found = self._catalogue.match(["why"])
        assert found is not None
        command = found[0]
        assert isinstance(command, Command)
        given = {"id": words[0] if words else None, "fact": words[1] if len(words) > 1 else None}

        async def explain(application: Application) -> Any:
            return await command.run(given, application)

        result = self._inside.do(explain)
        if self._options.json or command.show is None:
            print_json(result)
            return
        page = Page(self.look)
        command.show(result, page)
        self._print(page)

    def _print(self, page: Page) -> None:
        sys.stdout.write(page.text())
        sys.stdout.flush()


@contextlib.contextmanager
def _opened(options: Globals, open_app: OpenApp, *, page: bool = False) -> Iterator[Inside]:
    """Open the application on a loop in another thread, and the page if it is wanted, and close them there."""
    ready: Future[Inside] = Future()
    over = threading.Event()
    closed: Future[None] = Future()

    async def live() -> None:
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        async with contextlib.AsyncExitStack() as stack:
            application = await stack.enter_async_context(open_app(options.opening(stays=True)))
            address = None
            if page:
                from mobius.frontends.web.serving import serving  # brings the server and the templates

                address = await stack.enter_async_context(serving(application))
            inside = Inside(application, loop, address)
            inside_end.append(lambda: loop.call_soon_threadsafe(ended.set))
            ready.set_result(inside)
            await ended.wait()

    def run() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:  # handed to the thread that waits for it
            (closed if ready.done() else ready).set_exception(error)
        else:
            closed.set_result(None)
        finally:
            over.set()

    inside_end: list[Callable[[], object]] = []
    thread = threading.Thread(target=run, name="mobius-application", daemon=True)
    thread.start()
    with Waiting.on(sys.stderr, wanted=not options.json and not options.verbose, text="opening"):
        inside = ready.result()
    try:
        yield inside
    finally:
        inside_end[0]()
        over.wait()
        thread.join()
    closed.result()


def _lines(prompt: str | None, *, interrupt_ends: bool = False) -> Iterator[str]:
    """Lines as they come: with a prompt from a terminal, without from a pipe."""
    if prompt is None:
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        yield from sys.stdin
        return
    while True:
        try:
            yield input(prompt)
        except EOFError:
            sys.stdout.write("\n")
            return
        except KeyboardInterrupt:
            sys.stdout.write("\n")
            if interrupt_ends:
                raise


def _remember_lines() -> None:
    """Arrow keys and recall of earlier lines, in memory only, where the platform has them."""
    with contextlib.suppress(ImportError):
        import readline

        readline.set_auto_history(True)

"""The command line. Here: `run`, which reads what was typed, answers, and ends with an exit code. Not here: composition (app).

Exit codes: 0 answered, partial, clarify, out of scope; 1 a bug; 2 wrong use or bad input; 3 no data (sources, deadline, not
configured, not built); 4 not allowed; 130 interrupted; 141 the reader of our output went away.

Little is imported at the top: `mobius --help` answers before any of it is needed.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mobius.frontends.cli.catalogue import Catalogue, Folders

if TYPE_CHECKING:
    from mobius.frontends.cli.opening import OpenApp

INTERRUPTED = 130
READER_GONE = 141


def run(argv: Sequence[str], open_app: OpenApp, *, catalogue: Catalogue | None = None) -> int:
    """Do what `argv` (without the program's name) says and return the exit code; output is flushed.

    `open_app` is called only for what needs the application: never for help, version or wrong use.
    """
    known = Folders() if catalogue is None else catalogue
    tokens = [_decoded(token) for token in argv]
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a character shows another, and no error
    try:
        code = _run(tokens, open_app, known)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_gone()
    except Exception as error:  # the outermost loop: nothing above could tell a person what happened
        try:
            return _tell(error, tokens)
        except BrokenPipeError:
            return _reader_gone()
    return code


def _run(tokens: list[str], open_app: OpenApp, catalogue: Catalogue) -> int:
    from mobius.frontends.cli.words import split

    line = split(tokens)
    if line.version:
        from mobius import __version__

        sys.stdout.write(f"mobius {__version__}\n")
        return 0
    if line.unknown is not None:
        _load_msgspec()
        from mobius.core.errors import BadParameter

        raise BadParameter(f"There is no option {line.unknown!r}.", hint="`mobius --help` lists the options.")
    if not line.words or line.words == ["help"]:
        from mobius.frontends.cli.overview import overview

        sys.stdout.write(overview(catalogue.entries()))
        return 0
    _load_msgspec()
    from mobius.frontends.cli.dispatch import dispatch

    return dispatch(line, open_app, catalogue)


def _load_msgspec() -> None:
    """Load msgspec without typing_extensions, whose import is 25 ms of CPU and half of msgspec's own.

    msgspec prefers it and falls back on `typing`, which on the Pythons we run on has all that is taken from it. Other
    libraries find it as ever afterwards.
    """
    if "msgspec" in sys.modules or "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # makes its import fail
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules["typing_extensions"]


def _tell(error: Exception, tokens: Sequence[str]) -> int:
    from mobius.frontends.cli.failures import tell

    before = tokens[: tokens.index("--")] if "--" in tokens else tokens
    return tell(error, as_json="--json" in before, verbose="--verbose" in before)


def _decoded(token: str) -> str:
    """Bytes of the command line that are no UTF-8 come as lone surrogates, which nothing further down can encode."""
    return token if token.isascii() else token.encode("utf-8", "replace").decode("utf-8", "replace")


def _reader_gone() -> int:
    """Leave nothing for the interpreter to flush into a closed pipe at exit."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    os.close(devnull)
    return READER_GONE

"""Errors as the command line tells them. Here: message, hint, exit code, near names. Not here: the error tree (core)."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from mobius.core.answers import Answer
from mobius.core.errors import ErrorBody, ErrorReply, MobiusError
from mobius.frontends.cli.escape import clean
from mobius.frontends.cli.output import print_json
from mobius.frontends.cli.plain import Look, Page, look_of

BUG = 1


def tell(error: Exception, *, as_json: bool, verbose: bool) -> int:
    """Write one error, as JSON on stdout or in a line or two on stderr; return the exit code. Never a traceback unasked."""
    error = unwrapped(error)
    if isinstance(error, MobiusError):
        body, code = error.reply().error, error.exit_code
    else:
        body, code = _bug(error, verbose=verbose), BUG
    if verbose and code == BUG:
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            indent = len(line) - len(line.lstrip())
            sys.stderr.write(f"{' ' * indent}{clean(line.lstrip())}\n")
    if as_json:
        print_json(ErrorReply(body))
    else:
        sys.stderr.write(error_text(body, look_of(sys.stderr) if sys.stderr.isatty() else None))
    return code


def error_text(body: ErrorBody, look: Look | None = None) -> str:
    """The message, and the hint on a line of its own; wrapped for a terminal, whole for a file."""
    lines = [line for line in (clean(body.message).strip(), clean(body.hint or "").strip()) if line]
    if look is None:
        return "".join(f"{line}\n" for line in lines)
    page = Page(look)
    for line in lines:
        page.line(line)
    return page.text()


def unwrapped(error: Exception) -> Exception:
    """The one error inside groups of one."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _bug(error: Exception, *, verbose: bool) -> ErrorBody:
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    asked = "with the trace above" if verbose else "with the trace that --verbose shows"
    return ErrorBody(kind="bug", message=f"A bug: {what[:300]}; please report it, {asked}.")


def answer_code(answer: Answer) -> int:
    """The exit code of an answer: a question out of scope is answered, what is not built or known is not."""
    if answer.status == "no_data" or (answer.status == "refused" and answer.intent != "out_of_scope"):
        return 3
    return 0


def near_names(word: str, names: Iterable[str]) -> tuple[str, ...]:
    """Names one slip of the fingers away: a letter more, less, other or swapped (two in long words)."""
    near = []
    for name in sorted(set(names)):
        if name == word:
            continue
        slips = _distance(word, name)
        swapped = slips <= 2 and sorted(word) == sorted(name)
        if swapped or (slips <= (1 if len(name) < 7 else 2) and len(name) > 2 and word[:1] == name[:1]):
            near.append((slips, name))
    return tuple(name for _, name in sorted(near)[:3])


def _distance(left: str, right: str) -> int:
    if abs(len(left) - len(right)) > 2:
        return 3
    row = list(range(len(right) + 1))
    for at, char in enumerate(left, 1):
        previous, row = row, [at]
        for to, other in enumerate(right, 1):
            row.append(min(row[-1] + 1, previous[to] + 1, previous[to - 1] + (char != other)))
    return row[-1]

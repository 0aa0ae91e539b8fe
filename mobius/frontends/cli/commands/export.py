"""`mobius export`: a kept answer as a file. Here: which answer, where to. Not here: the files' content (frontends.export)."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from msgspec import Struct

from mobius.core.application import Application
from mobius.core.errors import BadParameter
from mobius.core.tools import Command, Option
from mobius.frontends.cli.commands.why import kept_answer
from mobius.frontends.cli.plain import Page
from mobius.frontends.export import KINDS, Kind, export

_STDOUT = "-"


class Written(Struct, frozen=True, kw_only=True):
    """Where the file is, or the file itself (`body`, Base64 in JSON) where it was asked for on stdout."""

    file: str
    format: str
    n_bytes: int
    sha256: str
    body: bytes | None = None


async def run(options: Mapping[str, Any], application: Application) -> Written:
    """Write the file whole or not at all."""
    kind, out = cast("Kind", options["format"]), options["out"]
    if kind not in KINDS:
        raise BadParameter(f"There is no export as {kind!r}.", hint=f"Use --format with one of {', '.join(KINDS)}.")
    if out == _STDOUT and kind == "png" and sys.stdout.isatty():
        raise BadParameter("A picture is no text for a terminal.", hint="Give a file: --out answer.png")
    answer = await kept_answer(options["id"], application)
    specs = [source.spec for source in application.sources]
    made = export(answer, kind, share=options["share"], specs=specs)
    file = _STDOUT if out == _STDOUT else str(_write(Path(out or made.file_name), made.body, may_replace=bool(out)))
    return Written(
        file=file, format=kind, n_bytes=len(made.body), sha256=hashlib.sha256(made.body).hexdigest(),
        body=made.body if file == _STDOUT else None,
    )  # fmt: skip


def _write(file: Path, body: bytes, *, may_replace: bool) -> Path:
    """A file named by the person is replaced; one named by us never is."""
    try:
        with file.open("wb" if may_replace else "xb") as stream:
            stream.write(body)
    except FileExistsError as error:
        raise BadParameter(f"{file} is there already.", hint=f"To replace it: --out {file}") from error
    except OSError as error:
        raise BadParameter(f"{file} cannot be written: {error.strerror}.") from error
    return file


def show(result: Written, page: Page) -> None:
    """The file's name; on stdout nothing but the file."""
    if result.body is None:
        page.line(f"{result.file} ({result.n_bytes:,} bytes)")
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(result.body)
    sys.stdout.buffer.flush()


COMMAND = Command(
    name="export",
    summary="Write an answer to a file: JSON, Markdown, CSV, PNG or SVG.",
    options=(
        Option(name="id", help="the answer's id or its beginning; without it, the last answer", optional=True),
        Option(name="--format", help=f"one of {', '.join(KINDS)} (otherwise md)", default="md"),
        Option(name="--out", help="the file, - for stdout; otherwise a new file here, named for the answer"),
        Option(name="--share", help="leave out figures whose sources do not let them be republished", flag=True),
    ),
    run=run,
    show=show,
    examples=(
        "mobius export", "mobius export 0198f1c2 --format png --out btc.png", "mobius export --format csv --out -",
    ),
)  # fmt: skip

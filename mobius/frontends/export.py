"""An answer as a file: JSON, Markdown, CSV, SVG, PNG. Here: one function for every surface. Not here: each file's content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

import msgspec
from msgspec import Struct

from mobius.core.answers import Answer
from mobius.core.errors import BadParameter
from mobius.core.sources import SourceSpec
from mobius.frontends.cli.render import short_id
from mobius.frontends.moments import answered_at
from mobius.frontends.sharing import shareable

Kind: TypeAlias = Literal["json", "md", "csv", "png", "svg"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MEDIA_TYPES: dict[Kind, str] = {
    "json": "application/json", "md": "text/markdown; charset=utf-8", "csv": "text/csv; charset=utf-8",
    "png": "image/png", "svg": "image/svg+xml",
}  # fmt: skip
_ENCODER = msgspec.json.Encoder(decimal_format="number")


class Exported(Struct, frozen=True, kw_only=True):
    """A file made of an answer; `file_name` says what it is, and holds letters, digits, dots and dashes only."""

    body: bytes
    media_type: str
    file_name: str


def export(answer: Answer, kind: Kind, *, share: bool = False, specs: Sequence[SourceSpec] = ()) -> Exported:
    """Make the file; with `share` without the figures that may not be republished, judged by `specs`.

    Every kind carries the SIMULATED mark, the instant, the sources and what they ask to be said beside their data. Raises
    BadParameter for a kind there is not.
    """
    if kind not in KINDS:
        raise BadParameter(f"There is no export as {kind!r}.", hint=f"There are {', '.join(KINDS)}.")
    shown = shareable(answer, specs) if share else answer
    return Exported(body=_body(shown, kind), media_type=MEDIA_TYPES[kind], file_name=_file_name(shown, kind))


def _body(answer: Answer, kind: Kind) -> bytes:
    if kind == "json":
        return _ENCODER.encode(answer) + b"\n"
    if kind == "md":
        from mobius.frontends.markdown import markdown

        return markdown(answer).encode()
    if kind == "csv":
        from mobius.frontends.spreadsheet import spreadsheet

        return spreadsheet(answer).encode()
    from mobius.frontends.picture import picture

    drawn = picture(answer)
    if kind == "svg":
        return drawn.svg.encode()
    from mobius.charts.png import rasterise

    return rasterise(drawn.svg, width=drawn.width, height=drawn.height)


def _file_name(answer: Answer, kind: Kind) -> str:
    """`mobius-price-2026-07-28-0198f1c2-3b4d-simulated.md`."""
    given = answered_at(answer)
    parts = ["mobius", answer.intent, f"{given:%Y-%m-%d}" if given else "", short_id(answer.id)]
    stem = "-".join(re.sub(r"[^0-9A-Za-z]+", "-", part).strip("-")[:40] for part in parts if part)
    return f"{stem}{'-simulated' if answer.simulated else ''}.{kind}"

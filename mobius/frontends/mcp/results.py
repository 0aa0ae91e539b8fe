"""Answers and errors as results of MCP calls. Here: the structured document and the text beside it. Not here: the protocol."""

from __future__ import annotations

from typing import Any

import msgspec

from mobius.core.answers import Answer
from mobius.core.errors import ErrorBody, ErrorReply, MobiusError

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def structured(answer: Answer, *, series: bool) -> dict[str, Any]:
    """The Answer as `--json` writes it, but for two things that would fill a reader's memory.

    Fields of facts that say nothing (null, no parents) are left out, and so are the columns of charts without `series`;
    their column facts stay, with length and digest.
    """
    document: dict[str, Any] = msgspec.json.decode(_ENCODER.encode(answer))
    document["facts"] = {key: _said(fact) for key, fact in document["facts"].items()}
    if not series:
        for block in document["blocks"]:
            if block["type"] == "chart":
                block["data"] = {}
    return document


def _said(fact: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fact.items() if key == "value" or value not in (None, [])}


def error_document(error: Exception) -> dict[str, Any]:
    """The one shape of errors; what is no error of ours is a bug and says only so."""
    if isinstance(error, MobiusError):
        reply = error.reply()
    else:
        what = f"A bug: {type(error).__name__}; the log on stderr has its trace."
        reply = ErrorReply(ErrorBody(kind="bug", message=what))
    document: dict[str, Any] = msgspec.to_builtins(reply)
    return document


def error_text(document: dict[str, Any]) -> str:
    """The message and, where there is one, the hint."""
    error = document["error"]
    return " ".join(part for part in (error["message"], error["hint"]) if part)

"""Errors over HTTP: RFC 9457 problem documents that carry the one shape. Here: their kinds, statuses and bytes.

Not here: the error tree (core.errors).
"""

from __future__ import annotations

from typing import ClassVar

import msgspec
from msgspec import Struct

from mobius.core.errors import ErrorBody, MobiusError, UserError

PROBLEM_TYPE = "application/problem+json"
STATUS = {
    "bad_input": 400, "unknown_symbol": 400, "token_needed": 401, "denied": 403, "not_found": 404,
    "method_not_allowed": 405, "too_slow": 408, "gone": 410, "too_large": 413, "address_too_long": 414,
    "wrong_media_type": 415, "wrong_host": 421, "too_many": 429, "headers_too_large": 431, "bug": 500,
    "missing_extra": 501, "not_built": 501, "source": 502, "source_changed": 502, "source_unavailable": 503,
    "rate_limited": 503, "not_configured": 503, "no_data": 503, "closing": 503, "deadline": 504,
}  # fmt: skip
"""HTTP status by an error's kind."""
_TITLES = {
    400: "Bad request", 401: "Token needed", 403: "Not allowed", 404: "Not found", 405: "Method not allowed",
    408: "Too slow", 410: "Gone", 413: "Too large", 414: "Address too long", 415: "Wrong media type",
    421: "Wrong host", 429: "Too many", 431: "Headers too large", 500: "A bug", 501: "Not there", 502: "Source failed",
    503: "Not available", 504: "Out of time",
}  # fmt: skip


class Problem(Struct, frozen=True, kw_only=True):
    """The document of every error: problem+json with the one shape inside."""

    type: str
    title: str
    status: int
    error: ErrorBody


class Refused(UserError):
    """A request that HTTP itself has words for; `kind` is one of `STATUS`."""

    exit_code: ClassVar[int] = 2

    def __init__(self, kind: str, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind  # type: ignore[misc]  # one class for the kinds that only HTTP has


def problem_of(error: Exception) -> Problem:
    """What is said of `error`; of a bug no more than that it is one, its trace stays in the log."""
    error = _unwrapped(error)
    if isinstance(error, MobiusError):
        return problem(error.reply().error)
    return problem(ErrorBody(kind="bug", message="A bug in Möbius kept it from answering; the log says more."))


def problem(body: ErrorBody) -> Problem:
    status = STATUS.get(body.kind, 500)
    return Problem(type=f"urn:mobius:error:{body.kind}", title=_TITLES[status], status=status, error=body)


def encoded(said: Problem) -> bytes:
    return msgspec.json.encode(said)


def _unwrapped(error: Exception) -> Exception:
    """The one error inside groups of one."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error

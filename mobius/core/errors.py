"""The one error tree. Here: what can go wrong, as a person is told of it. Not here: retries (net), exit (frontends).

MobiusError
  UserError             the question or a parameter is wrong: explain, never retry
    UnknownSymbol         no asset of that name; carries near names
    BadParameter          a value that cannot be used
    NotBuilt              an ability that is not there yet
    NotConfigured         needs a key or a setting that is absent
    MissingExtra          needs an optional package
  SourceError           carries .source
    SourceUnavailable     network, timeout, 5xx: retry with backoff
    RateLimited           carries .retry_after_s
    SourceChanged         the reply no longer fits its row type: a bug to file, not to retry
    NoData                answered, and has nothing for this query
  DeadlineExceeded      the time given for the question ran out
  AccessDenied          authentication or permission
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class ErrorBody(Struct, frozen=True):
    """What went wrong, in the one shape of every surface."""

    kind: str
    message: str
    hint: str | None = None


class ErrorReply(Struct, frozen=True):
    error: ErrorBody


class MobiusError(Exception):
    """Base of every error a person may be told of; `exit_code` is the command's."""

    kind: ClassVar[str] = "bug"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def reply(self) -> ErrorReply:
        return ErrorReply(ErrorBody(kind=self.kind, message=self.message, hint=self.hint))


class UserError(MobiusError):
    kind = "bad_input"
    exit_code = 2


class UnknownSymbol(UserError):
    kind = "unknown_symbol"

    def __init__(self, text: str, *, near: tuple[str, ...] = ()) -> None:
        hint = f"Did you mean {', '.join(near)}?" if near else "Try a ticker such as BTC, or a name such as Bitcoin."
        super().__init__(f"I don't know the asset {text!r}.", hint=hint)
        self.text = text
        self.near = near


class BadParameter(UserError):
    pass


class NotBuilt(UserError):
    kind = "not_built"
    exit_code = 3


class NotConfigured(UserError):
    kind = "not_configured"
    exit_code = 3


class MissingExtra(UserError):
    kind = "missing_extra"
    exit_code = 3


class SourceError(MobiusError):
    kind = "source"
    exit_code = 3

    def __init__(self, source: str, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.source = source


class SourceUnavailable(SourceError):
    kind = "source_unavailable"


class RateLimited(SourceError):
    kind = "rate_limited"

    def __init__(self, source: str, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(source, message)
        self.retry_after_s = retry_after_s


class SourceChanged(SourceError):
    """The reply broke its documented shape; `path` is the place in the document, e.g. `$[0].open`."""

    kind = "source_changed"

    def __init__(self, source: str, message: str, *, path: str = "$") -> None:
        super().__init__(source, f"{message} (at {path})")
        self.path = path


class NoData(SourceError):
    kind = "no_data"


class DeadlineExceeded(MobiusError):
    kind = "deadline"
    exit_code = 3


class AccessDenied(MobiusError):
    kind = "denied"
    exit_code = 4

"""Structured logs on stderr: an event's name and its fields. Here: formats and set-up. Not here: what is logged.

Code names the event and passes fields: `logger.info("fetched", extra={"source": "kraken", "elapsed_ms": 41.2})`. Every
line is redacted, whoever wrote it, tracebacks and other libraries' messages included.
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Literal, TextIO

from mobius.core.errors import BadParameter
from mobius.observe.redaction import redact, redact_field
from mobius.observe.spans import current_question

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "off": logging.CRITICAL + 10,
}
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_LONGEST_FIELD = 2_000


class EventFormatter(logging.Formatter):
    """One line an event: `key=value` for people, JSON for machines. Neither can be broken by what a field holds."""

    def __init__(self, form: Literal["text", "json"] = "text", *, show_private: bool = False) -> None:
        super().__init__()
        self._form = form
        self._show_private = show_private

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": redact(record.getMessage()),
        }
        question = current_question()
        if question is not None:
            fields["question_no"] = question
        for name, value in vars(record).items():
            if name not in _OWN:
                fields[name] = redact_field(name, value, show_private=self._show_private)
        if record.exc_info and record.exc_info[0] is not None:
            fields["error"] = record.exc_info[0].__name__
            traceback = redact(self.formatException(record.exc_info))
            fields["traceback"] = traceback[-_LONGEST_FIELD:]  # its end says what broke
        return _json(fields) if self._form == "json" else " ".join(f"{k}={_quoted(v)}" for k, v in fields.items())


def configure_logs(
    level: str = "warning",
    *,
    form: Literal["text", "json"] = "text",
    stream: TextIO | None = None,
) -> None:
    """Send the process's logs to stderr (or `stream`) from `level` on; at `debug` private fields are shown.

    Replaces a set-up made before. Raises BadParameter for a level that there is not.
    """
    try:
        threshold = LEVELS[level.strip().lower()]
    except KeyError:
        raise BadParameter(f"{level!r} is no level of logs.", hint=f"Use one of {', '.join(LEVELS)}.") from None
    handler = logging.StreamHandler(stream if stream is not None else sys.stderr)
    handler.setFormatter(EventFormatter(form, show_private=threshold <= logging.DEBUG))
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each.formatter, EventFormatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    # libraries speak of their own insides below warnings, which helps nobody who runs this
    root.setLevel(max(threshold, logging.WARNING))
    logging.getLogger("mobius").setLevel(threshold)
    logging.raiseExceptions = False  # a closed stderr must not end in a traceback


def _json(fields: dict[str, object]) -> str:
    shown = {name: value[:_LONGEST_FIELD] if isinstance(value, str) else value for name, value in fields.items()}
    return _ascii(shown)


def _quoted(value: object) -> str:
    text = str(value)[:_LONGEST_FIELD]
    if text and text.isascii() and text.isprintable() and not any(mark in text for mark in " =\"'\\"):
        return text
    return _ascii(text)


def _ascii(value: object) -> str:
    """JSON without line breaks, terminal escapes or letters beyond ASCII, which may turn or hide text."""
    import json  # at the first line logged: most runs log none

    return json.dumps(value, ensure_ascii=True, default=str)

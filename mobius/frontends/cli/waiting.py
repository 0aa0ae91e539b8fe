"""Telling a person who waits that something happens. Here: Waiting. Not here: what takes its time."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from mobius.frontends.cli.escape import clean

if TYPE_CHECKING:
    from rich.status import Status

PATIENCE_S = 0.3
"""What is done sooner than this shows nothing, and loads nothing."""


class Waiting:
    """A moving mark on a terminal from `PATIENCE_S` on until the block ends; on anything else, nothing."""

    def __init__(self, stream: TextIO | None, text: str) -> None:
        self._stream = stream
        self._text = text
        self._timer: threading.Timer | None = None
        self._status: Status | None = None
        self._lock = threading.Lock()
        self._over = False

    @classmethod
    def on(cls, stream: TextIO, *, wanted: bool = True, text: str = "thinking") -> Waiting:
        return cls(stream if wanted and stream.isatty() else None, text)

    def __enter__(self) -> Waiting:
        if self._stream is not None:
            _SHOWN.append(self)
            self._timer = threading.Timer(PATIENCE_S, self._begin)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is None:
            return
        self._timer.cancel()
        _SHOWN.remove(self)
        self.stop()

    def _begin(self) -> None:
        from rich.console import Console  # 100 ms of CPU, spent only while something else is waited for
        from rich.status import Status
        from rich.text import Text

        with self._lock:
            if self._over:
                return
            console = Console(file=self._stream, highlight=False, markup=False, emoji=False)
            self._status = Status(Text(clean(self._text)), console=console)
            self._status.start()

    def stop(self) -> None:
        """Take the mark away for good."""
        with self._lock:
            self._over = True
            if self._status is not None:
                self._status.stop()


_SHOWN: list[Waiting] = []
"""Marks on the terminal now: one, or none."""


def stop_waiting() -> None:
    """No mark moves from here on: a person is asked something."""
    for waiting in _SHOWN:
        waiting.stop()

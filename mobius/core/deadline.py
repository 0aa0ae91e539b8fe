"""The deadline of the question being answered, as it travels down to the socket. Here: the context variable and its reader.

The pipeline opens `due(deadline)` around a question; tasks started inside inherit it, so that no function in between
needs a parameter for it. `net` reads it before and during each request. Not here: cutting a request short (net.pool).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from mobius.core.ports import Clock, Deadline

_CURRENT: ContextVar[Deadline | None] = ContextVar("mobius_deadline", default=None)


@contextmanager
def due(deadline: Deadline) -> Iterator[None]:
    """Hold everything inside, and every task started inside, to `deadline`; an earlier outer deadline stays in force."""
    outer = _CURRENT.get()
    token = _CURRENT.set(deadline if outer is None or deadline.at_s < outer.at_s else outer)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current() -> Deadline | None:
    """The deadline in force here, None outside any question."""
    return _CURRENT.get()


def left_s(clock: Clock, at_most_s: float) -> float:
    """Seconds that may still be spent, never more than `at_most_s`; 0.0 when the deadline has passed."""
    deadline = _CURRENT.get()
    return at_most_s if deadline is None else min(at_most_s, deadline.left_s(clock))

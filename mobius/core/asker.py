"""Who asks, as it travels down to the queue of a source. Here: the context variable and its reader. Not here: turns (net).

The pipeline opens `asked_by(person)` around a question; tasks started inside inherit it, so that no function in between
needs a parameter for it. Outside any question (a page's live prices, `doctor`) nobody in particular asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from mobius.core.ports import Person

NOBODY = ""
_CURRENT: ContextVar[str] = ContextVar("mobius_asker", default=NOBODY)


@contextmanager
def asked_by(person: Person) -> Iterator[None]:
    """Count everything inside, and every task started inside, as asked by `person`."""
    token = _CURRENT.set(person.id)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def asker() -> str:
    """The id of the person whose question this is, NOBODY outside any."""
    return _CURRENT.get()

"""Where a question's time went: one tree of timed spans each. Here: SpanTracer, the Tracer port. Not here: logs, metrics."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from types import TracebackType

from msgspec import Struct

KEEP_TREES = 100
MOST_SPANS = 2_000
"""In one tree; a runaway loop costs no memory beyond, and the tree says how many spans were left out."""

Field = str | int | float


class SpanTree(Struct, frozen=True, kw_only=True):
    """A finished span and those inside it; milliseconds, from the start of the question."""

    name: str
    start_ms: float
    elapsed_ms: float | None
    """None when it had not ended yet (a task that outlived its question)."""
    fields: dict[str, Field] = {}
    error: str | None = None
    """The kind of exception that went through it."""
    spans: tuple[SpanTree, ...] = ()
    left_out: int = 0


class _Span:
    """One span while it is timed; also the context manager, since a generator would cost three times as much."""

    __slots__ = ("_above", "_tracer", "children", "end_s", "error", "fields", "left_out", "n_spans", "name", "number",
                 "root", "start_s")  # fmt: skip

    def __init__(self, tracer: SpanTracer, name: str, fields: dict[str, Field]) -> None:
        self._tracer = tracer
        self.name = name
        self.fields = fields
        self.error: str | None = None
        self.end_s: float | None = None
        self.children: list[_Span] = []
        self.n_spans = 0
        self.left_out = 0

    def __enter__(self) -> None:
        above = self._above = _CURRENT.get()
        if above is None:
            self.root = self
            self.number = next(_NUMBERS)
        else:
            root = self.root = above.root
            if root.n_spans < MOST_SPANS:
                root.n_spans += 1
                above.children.append(self)
            else:
                root.left_out += 1
        _CURRENT.set(self)
        self.start_s = self._tracer.monotonic()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_s = self._tracer.monotonic()
        if kind is not None:
            self.error = kind.__name__
        _CURRENT.set(self._above)  # not a token's reset, which fails when a generator is closed elsewhere
        if self._above is None:
            self._tracer.finished.append(self)


_CURRENT: ContextVar[_Span | None] = ContextVar("mobius_span", default=None)
_NUMBERS = itertools.count(1)


class SpanTracer:
    """The Tracer port. The outermost span starts a tree; tasks started inside it add to the same one.

    `monotonic` gives seconds that never run backwards. The newest trees are kept for whoever wants to look.
    """

    def __init__(self, monotonic: Callable[[], float], *, keep_trees: int = KEEP_TREES) -> None:
        self.monotonic = monotonic
        self.finished: deque[_Span] = deque(maxlen=keep_trees)

    def span(self, name: str, **fields: Field) -> _Span:
        """A context manager that times what runs inside it."""
        return _Span(self, name, fields)

    def trees(self) -> tuple[SpanTree, ...]:
        """The newest finished trees, newest last."""
        return tuple(_tree(span, span.start_s) for span in tuple(self.finished))


def current_question() -> int | None:
    """The number of the tree being timed here, counted in this process: what ties log lines of one question together."""
    span = _CURRENT.get()
    return None if span is None else span.root.number


def _tree(span: _Span, zero_s: float) -> SpanTree:
    return SpanTree(
        name=span.name,
        start_ms=round((span.start_s - zero_s) * 1000, 3),
        elapsed_ms=None if span.end_s is None else round((span.end_s - span.start_s) * 1000, 3),
        fields=span.fields,
        error=span.error,
        spans=tuple(_tree(child, zero_s) for child in tuple(span.children)),
        left_out=span.left_out,
    )

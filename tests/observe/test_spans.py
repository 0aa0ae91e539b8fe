"""Spans: one tree a question, whatever the tasks."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from mobius.core.ports import Tracer
from mobius.observe.spans import MOST_SPANS, SpanTracer


class Ticks:
    """A clock that advances one second each time it is read."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        self.now_s += 1.0
        return self.now_s


def test_spans_nest_into_one_tree() -> None:
    tracer = SpanTracer(Ticks())
    with tracer.span("ask"):
        with tracer.span("understand"):
            pass
        with tracer.span("run", tool="price"), tracer.span("http", source="kraken", n=2):
            pass
    (tree,) = tracer.trees()
    assert (tree.name, tree.start_ms, tree.elapsed_ms) == ("ask", 0.0, 7000.0)
    assert [(span.name, span.start_ms, span.elapsed_ms) for span in tree.spans] == [
        ("understand", 1000.0, 1000.0),
        ("run", 3000.0, 3000.0),
    ]
    assert tree.spans[1].fields == {"tool": "price"}
    assert tree.spans[1].spans[0].fields == {"source": "kraken", "n": 2}


async def test_tasks_add_to_the_tree_they_were_started_in() -> None:
    tracer: Tracer = SpanTracer(Ticks())

    async def fetch(name: str) -> None:
        with tracer.span(name):
            await asyncio.sleep(0)

    async def ask(names: list[str]) -> None:
        with tracer.span("ask"):
            async with asyncio.TaskGroup() as group:
                for name in names:
                    group.create_task(fetch(name))

    await asyncio.gather(ask(["a", "b"]), ask(["c"]))
    assert isinstance(tracer, SpanTracer)
    assert sorted(sorted(span.name for span in tree.spans) for tree in tracer.trees()) == [["a", "b"], ["c"]]


async def test_a_task_that_outlives_its_question_is_shown_unfinished() -> None:
    tracer = SpanTracer(Ticks())
    going, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        with tracer.span("slow"):
            going.set()
            await may_end.wait()

    with tracer.span("ask"):
        task = asyncio.create_task(slow())
        await going.wait()
    assert tracer.trees()[0].spans[0].elapsed_ms is None
    may_end.set()
    await task
    assert tracer.trees()[0].spans[0].elapsed_ms is not None
    assert len(tracer.trees()) == 1


def test_an_exception_is_noted_and_goes_on() -> None:
    tracer = SpanTracer(Ticks())
    with pytest.raises(ValueError, match="no"), tracer.span("ask"), tracer.span("run"):
        raise ValueError("no")
    (tree,) = tracer.trees()
    assert tree.error == "ValueError"
    assert tree.spans[0].error == "ValueError"
    with tracer.span("next"):
        pass
    assert [each.name for each in tracer.trees()] == ["ask", "next"]


def test_only_the_newest_trees_are_kept() -> None:
    tracer = SpanTracer(Ticks(), keep_trees=3)
    for n in range(5):
        with tracer.span("ask", n=n):
            pass
    assert [tree.fields["n"] for tree in tracer.trees()] == [2, 3, 4]


def test_a_runaway_loop_is_cut_and_counted() -> None:
    tracer = SpanTracer(Ticks())
    with tracer.span("ask"):
        for _ in range(MOST_SPANS + 7):
            with tracer.span("again"):
                pass
    (tree,) = tracer.trees()
    assert len(tree.spans) == MOST_SPANS
    assert tree.left_out == 7


def test_importing_observe_loads_nothing_heavy() -> None:
    code = (
        "import sys, mobius.observe.logs, mobius.observe.spans, mobius.observe.metrics\n"
        "print([name for name in ('numpy', 'sqlalchemy', 'pyarrow', 'aiohttp', 'rich') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"

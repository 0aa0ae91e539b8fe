"""Several jobs at once, by name, with partial results. Here: bounded `gather`. Not here: any job, any I/O.

One failure never throws away the rest, a slow job never holds up the answer for longer than it may, and nothing is left
running: on return, and on cancellation, every job has ended. Within a question it also ends a little before the question's
deadline, so that whoever gathers can still tell of what has come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from mobius.core.deadline import current
from mobius.core.errors import DeadlineExceeded

T = TypeVar("T")

GRACE_S = 0.4
"""How long the others may still take once the first has answered."""
MARGIN_S = 0.1
"""Kept back from the question's deadline for making something of what came."""


class Gathered(Struct, Generic[T], frozen=True, kw_only=True):
    """What came back. Every job's name is in exactly one of the three, in the order the jobs were given."""

    results: Mapping[str, T]
    failures: Mapping[str, Exception]
    """What each failed job raised; DeadlineExceeded for those `timeout_s` or `each_s` cut off."""
    late: tuple[str, ...] = ()
    """Jobs given up because the others were enough, or had answered `grace_s` before."""


async def gather(
    jobs: Mapping[str, Callable[[], Awaitable[T]]],
    *,
    limit: int = 16,
    timeout_s: float | None = None,
    each_s: float | None = None,
    enough: Callable[[Mapping[str, T]], bool] | None = None,
    linger: Callable[[Mapping[str, T]], float] | None = None,
    grace_s: float | None = None,
    grace_of: Callable[[T], float] | None = None,
) -> Gathered[T]:
    """Run `jobs` concurrently, at most `limit` at a time, started in order.

    Parameters
    ----------
    timeout_s
        Seconds after which what is unfinished is cancelled and counted as failed; the question's deadline, less a
        margin, ends it as well.
    each_s
        Seconds that any one job may take from its own start; waiting for one of the `limit` places does not count.
    enough
        Asked after every result with the results so far; true ends the wait at once. Setting it also sets `grace_s`
        to 0.4 s unless that is given.
    linger
        Asked once there is enough, with the results so far: seconds the rest may still take, so that sources about to
        answer are heard as well; never beyond the grace.
    grace_s
        Seconds after the first result at which the rest is given up, however little there is; None waits for all.
    grace_of
        Seconds that one result leaves the rest, in place of `grace_s`; the earliest end that any result sets counts.
    """
    if enough is not None and grace_s is None:
        grace_s = GRACE_S
    slots = asyncio.Semaphore(limit)

    async def bounded(name: str, job: Callable[[], Awaitable[T]]) -> T:
        async with slots:
            if each_s is None:
                return await job()
            try:
                async with asyncio.timeout(each_s) as own:
                    return await job()
            except TimeoutError as error:
                if not own.expired():  # the job's own matter
                    raise
                raise DeadlineExceeded(f"{name} had not answered in {each_s:g} s") from error

    loop = asyncio.get_running_loop()
    names = {asyncio.create_task(bounded(name, job)): name for name, job in jobs.items()}
    results: dict[str, T] = {}
    failures: dict[str, Exception] = {}
    ends_at = _ends_at(loop.time(), timeout_s)
    gives_up_at: float | None = None
    pending = set(names)
    try:
        while pending:
            until = min((at for at in (ends_at, gives_up_at) if at is not None), default=None)
            wait_s = None if until is None else max(0.0, until - loop.time())
            done, pending = await asyncio.wait(pending, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                break
            for task in done:
                _sort(task, names[task], results, failures)
            fresh = [results[names[task]] for task in done if names[task] in results]
            if fresh and grace_s is not None:
                left_s = grace_s if grace_of is None else min(grace_of(result) for result in fresh)
                over_at = loop.time() + left_s
                gives_up_at = over_at if gives_up_at is None else min(gives_up_at, over_at)
            if results and enough is not None and pending and enough(results):
                linger_s = linger(results) if linger is not None else 0.0
                over_at = loop.time() + linger_s
                gives_up_at = over_at if gives_up_at is None else min(gives_up_at, over_at)
                if linger_s <= 0:
                    break
                enough = None
    finally:
        await _end(pending)
    ran_out = gives_up_at is None or (ends_at is not None and ends_at < gives_up_at)
    unfinished = [name for task, name in names.items() if task in pending]
    if ran_out:
        failures.update({name: DeadlineExceeded(f"{name} had not answered in time") for name in unfinished})
    return Gathered(
        results={name: results[name] for name in jobs if name in results},
        failures={name: failures[name] for name in jobs if name in failures},
        late=() if ran_out else tuple(unfinished),
    )


def _ends_at(now_s: float, timeout_s: float | None) -> float | None:
    """The loop's second by which all must be over. A deadline is a second of the same clock, the system's monotonic one."""
    deadline = current()
    ends = [] if timeout_s is None else [now_s + timeout_s]
    if deadline is not None:
        ends.append(max(now_s, deadline.at_s - MARGIN_S))
    return min(ends, default=None)


def _sort(task: asyncio.Task[T], name: str, results: dict[str, T], failures: dict[str, Exception]) -> None:
    """Put one finished job where it belongs; what is no Exception (an interrupt) is raised on."""
    if task.cancelled():
        failures[name] = DeadlineExceeded(f"{name} was cancelled")
        return
    error = task.exception()
    if error is None:
        results[name] = task.result()
    elif isinstance(error, Exception):
        failures[name] = error
    else:
        raise error


async def _end(tasks: set[asyncio.Task[T]]) -> None:
    """Cancel what is left and wait until it has ended, so that no task outlives the question."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.gather(*tasks, return_exceptions=True)

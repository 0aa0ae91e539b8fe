"""Asking one source several things at once, where it answers one pair a request. Here: `ask_each`. Not here: limits (net)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TypeVar

from mobius.core.errors import NoData
from mobius.core.gather import gather

T = TypeVar("T")


async def ask_each(names: Iterable[str], ask: Callable[[str], Awaitable[T]]) -> dict[str, T]:
    """What came of each name. Those the source has nothing for are left out; any other error is raised, the first by name."""
    jobs = {name: partial(ask, name) for name in names}
    got = await gather(jobs, limit=len(jobs) or 1)
    for error in got.failures.values():
        if not isinstance(error, NoData):
            raise error
    return dict(got.results)

"""CPU work off the event loop. Here: a bounded pool with the question's deadline. numpy and TA-Lib let go of the GIL."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from mobius.core.deadline import left_s
from mobius.core.errors import DeadlineExceeded
from mobius.core.ports import Clock

T = TypeVar("T")
WORKERS = 2
LONGEST_S = 60.0


class ThreadCompute:
    """Implements core.ports.Compute; threads start with the first work."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pool: ThreadPoolExecutor | None = None

    async def __call__(self, function: Callable[..., T], *args: Any) -> T:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="compute")
        work = asyncio.get_running_loop().run_in_executor(self._pool, function, *args)
        try:
            return await asyncio.wait_for(work, left_s(self._clock, LONGEST_S))
        except TimeoutError as error:
            raise DeadlineExceeded("The sums for this answer took longer than the time given.") from error

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

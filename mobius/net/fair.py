"""Slots given to people in turn. Here: FairSlots. Not here: the rate (limit), who asks (core.asker).

Someone with a hundred requests waiting gets one slot, then everyone else who waits gets one, and so on: a person's wait does
not grow with what another person asks. A person's own requests keep their order.
"""

from __future__ import annotations

import asyncio
from collections import deque


class FairSlots:
    """A semaphore whose waiting line is one line a person, served in rotation."""

    def __init__(self, n_slots: int) -> None:
        self._free = n_slots
        self._lines: dict[str, deque[asyncio.Future[None]]] = {}
        """Waiting requests by person; the first person in the dict is the next to be served."""

    @property
    def waiting(self) -> int:
        return sum(len(line) for line in self._lines.values())

    async def acquire(self, person: str) -> None:
        """Take a slot when it is this person's turn."""
        if self._free > 0 and not self._lines:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._lines.setdefault(person, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release()  # it had been given and is not wanted any more
            else:
                self._leave(person, turn)
            raise

    def release(self) -> None:
        """Give a slot back; the next person's first request has it then."""
        self._free += 1
        while self._free > 0 and self._lines:
            person = next(iter(self._lines))
            line = self._lines.pop(person)
            turn = line.popleft()
            if line:
                self._lines[person] = line  # to the end of the rotation
            if not turn.done():
                self._free -= 1
                turn.set_result(None)

    def _leave(self, person: str, turn: asyncio.Future[None]) -> None:
        line = self._lines.get(person)
        if line is not None and turn in line:
            line.remove(turn)
            if not line:
                del self._lines[person]

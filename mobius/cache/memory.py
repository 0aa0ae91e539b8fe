"""L1: the cache in memory, S3-FIFO with times to live. Here: `Memory`, synchronous. Not here: loading, tiers (tiers).

S3-FIFO (Yang et al., SOSP 2023): new keys enter a small queue of a tenth of the room; those read again move to the main
queue when they reach its end, the others leave and are only remembered by name ("ghosts"), which lets them straight into
the main queue if they come back soon. One-off reads therefore never push out what is asked again and again, and a hit
costs one counter instead of moving a list node.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from math import inf

MAX_ENTRIES = 4_096
MAX_BYTES = 64 * 2**20
_OVERHEAD_BYTES = 200  # an entry, its dictionary slot and its key object
_MOST_HITS = 3
_SMALL_PART = 10


class _Entry:
    __slots__ = ("expires_s", "hits", "key", "size", "stored_s", "value")

    def __init__(self, key: str) -> None:
        self.key = key
        self.value = b""
        self.size = 0
        self.stored_s = -inf
        self.expires_s = -inf
        self.hits = 0


class Memory:
    """Bytes by key, bounded by entries and by bytes. Not for several threads: one event loop owns it.

    `now_s` gives seconds that never run backwards: the clock's `monotonic` where time is real, the world's own seconds
    where a simulated world runs faster than time.
    """

    def __init__(
        self, now_s: Callable[[], float], *, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES
    ) -> None:
        self._now_s = now_s
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._entries: dict[str, _Entry] = {}
        self._small: deque[_Entry] = deque()
        self._main: deque[_Entry] = deque()
        self._ghosts: OrderedDict[str, None] = OrderedDict()
        self.size_bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def peek(self, key: str, keep_s: float = inf) -> bytes | None:
        """The value, if it has not expired and is younger than `keep_s`; an empty value is a value, None is a miss."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        now_s = self._now_s()
        if now_s >= entry.expires_s or now_s - entry.stored_s >= keep_s:
            return None
        if entry.hits < _MOST_HITS:
            entry.hits += 1
        return entry.value

    def put(self, key: str, value: bytes, keep_s: float, *, age_s: float = 0.0) -> None:
        """Keep `value` for `keep_s` seconds from now; it is already `age_s` old. One too large to sit well is not kept."""
        size = len(value) + len(key) + _OVERHEAD_BYTES
        if keep_s <= 0 or size > self._max_bytes // 4:
            self.drop(key)
            return
        now_s = self._now_s()
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = _Entry(key)
            (self._main if self._ghosts.pop(key, self) is None else self._small).append(entry)
        self._fill(entry, value, size)
        entry.stored_s, entry.expires_s = now_s - age_s, now_s + keep_s
        while len(self._entries) > self._max_entries or self.size_bytes > self._max_bytes:
            self._evict(now_s)

    def drop(self, key: str) -> None:
        """Forget one value. Its place in the queue stays until it comes to the end, so that queues need no search."""
        entry = self._entries.get(key)
        if entry is not None:
            self._fill(entry, b"", len(key) + _OVERHEAD_BYTES)
            entry.expires_s = -inf

    def _fill(self, entry: _Entry, value: bytes, size: int) -> None:
        self.size_bytes += size - entry.size
        entry.value, entry.size = value, size

    def _evict(self, now_s: float) -> None:
        """Move one entry on, or out."""
        if self._small and (len(self._small) * _SMALL_PART >= len(self._entries) or not self._main):
            entry = self._small.popleft()
            if entry.hits > 0 and now_s < entry.expires_s:
                entry.hits = 0
                self._main.append(entry)
                return
            self._remove(entry)
            self._ghosts[entry.key] = None
            if len(self._ghosts) > self._max_entries:
                self._ghosts.popitem(last=False)
            return
        entry = self._main.popleft()
        if entry.hits > 0 and now_s < entry.expires_s:
            entry.hits -= 1
            self._main.append(entry)
        else:
            self._remove(entry)

    def _remove(self, entry: _Entry) -> None:
        del self._entries[entry.key]
        self.size_bytes -= entry.size

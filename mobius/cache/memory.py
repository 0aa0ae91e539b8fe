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

from mobius.cache.kept import Cut, Kept
from mobius.core.facts import Tier

MAX_ENTRIES = 4_096
MAX_BYTES = 64 * 2**20
_OVERHEAD_BYTES = 200  # an entry, its dictionary slot and its key object
_MOST_CREDIT = 3
_SMALL_PART = 10


class Entry:
    """One value and its times, in the memory's seconds. `found` is what a reader gets: made once, not at every hit."""

    __slots__ = ("credit", "expires_s", "found", "fresh_until_s", "hits", "key", "kind", "missing", "size", "stored_s")

    def __init__(self, key: str) -> None:
        self.key = key
        self.found: tuple[bytes, Tier] = (b"", "l1")
        self.kind = ""
        self.missing = False
        self.size = 0
        self.stored_s = -inf
        self.fresh_until_s = -inf
        self.expires_s = -inf
        self.hits = 0
        """Reads since the queue last looked."""
        self.credit = 0
        """Rounds it may stay for having been read."""


class Memory:
    """Bytes by key, bounded by entries and by bytes. Not for several threads: one event loop owns it.

    `now_s` gives seconds that never run backwards: the clock's `monotonic` where time is real, the world's own seconds
    where a simulated world runs faster than time.
    """

    def __init__(
        self, now_s: Callable[[], float], *, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES
    ) -> None:
        self.now_s = now_s
        self.entries: dict[str, Entry] = {}
        """For whoever cannot afford the call of `peek`: a hit counts in `Entry.hits`."""
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._small: deque[Entry] = deque()
        self._main: deque[Entry] = deque()
        self._ghosts: OrderedDict[str, None] = OrderedDict()
        self._hits = 0
        self.size_bytes = 0

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def hits(self) -> int:
        """Reads that found a value, since the beginning."""
        return self._hits + sum(entry.hits for entry in self.entries.values())

    def peek(self, key: str, keep_s: float = inf) -> bytes | None:
        """The value, if it is fresh and younger than `keep_s`; an empty value is a value, None is a miss."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        now_s = self.now_s()
        if now_s >= entry.fresh_until_s or now_s - entry.stored_s >= keep_s:
            return None
        entry.hits += 1
        return entry.found[0]

    def kept(self, key: str) -> Kept | None:
        """The value with its times, past its fresh time too; a look, not a hit. None once it may not be given at all."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        now_s = self.now_s()
        if now_s >= entry.expires_s:
            return None
        return Kept(
            value=entry.found[0], kind=entry.kind, missing=entry.missing, age_s=now_s - entry.stored_s,
            fresh_left_s=entry.fresh_until_s - now_s, left_s=entry.expires_s - now_s,
        )  # fmt: skip

    def hit(self, key: str) -> None:
        """Count a read of a value that was looked at by `kept`."""
        self.entries[key].hits += 1

    def put(self, key: str, value: bytes, keep_s: float, *, age_s: float = 0.0) -> None:
        """Keep `value`, already `age_s` old, as fresh for `keep_s` seconds from now and no longer."""
        self.store(key, Kept(value=value, age_s=age_s, fresh_left_s=keep_s, left_s=keep_s))

    def store(self, key: str, kept: Kept) -> None:
        """Keep a value with its times. One too large to sit well is not kept, nor is what has expired."""
        size = len(kept.value) + len(key) + _OVERHEAD_BYTES
        if kept.left_s <= 0 or size > self._max_bytes // 4:
            self.drop(key)
            return
        now_s = self.now_s()
        entry = self.entries.get(key)
        if entry is None:
            entry = self.entries[key] = Entry(key)
            (self._main if self._ghosts.pop(key, self) is None else self._small).append(entry)
        self._fill(entry, kept.value, size)
        entry.kind, entry.missing = kept.kind, kept.missing
        entry.stored_s, entry.fresh_until_s = now_s - kept.age_s, now_s + kept.fresh_left_s
        entry.expires_s = now_s + kept.left_s
        while len(self.entries) > self._max_entries or self.size_bytes > self._max_bytes:
            self._evict(now_s)

    def drop(self, key: str) -> None:
        """Forget one value. Its place in the queue stays until it comes to the end, so that queues need no search."""
        entry = self.entries.get(key)
        if entry is not None:
            self._fill(entry, b"", len(key) + _OVERHEAD_BYTES)
            entry.fresh_until_s = entry.expires_s = -inf

    def cut(self, cut: Cut) -> None:
        """Forget every value that an invalidation takes."""
        for key in [key for key, entry in self.entries.items() if cut.takes(key, entry.kind)]:
            self.drop(key)

    def _fill(self, entry: Entry, value: bytes, size: int) -> None:
        self.size_bytes += size - entry.size
        entry.found, entry.size = (value, "l1"), size

    def _evict(self, now_s: float) -> None:
        """Move one entry on, or out."""
        if self._small and (len(self._small) * _SMALL_PART >= len(self.entries) or not self._main):
            entry = self._small.popleft()
            if self._settle(entry) > 0 and now_s < entry.expires_s:
                entry.credit = 0
                self._main.append(entry)
                return
            self._remove(entry)
            self._ghosts[entry.key] = None
            if len(self._ghosts) > self._max_entries:
                self._ghosts.popitem(last=False)
            return
        entry = self._main.popleft()
        if self._settle(entry) > 0 and now_s < entry.expires_s:
            entry.credit -= 1
            self._main.append(entry)
        else:
            self._remove(entry)

    def _settle(self, entry: Entry) -> int:
        """Turn the reads since the last look into credit."""
        self._hits += entry.hits
        entry.credit = min(_MOST_CREDIT, entry.credit + entry.hits)
        entry.hits = 0
        return entry.credit

    def _remove(self, entry: Entry) -> None:
        del self.entries[entry.key]
        self.size_bytes -= entry.size

"""The cache file: what survives, what is pruned, and what a broken file does."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from mobius.cache.disk import Disk
from mobius.cache.kept import Cut, Kept


class Hand:
    def __init__(self) -> None:
        self.now_s = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


def kept(value: bytes, keep_s: float) -> Kept:
    return Kept(value=value, kind="book", fresh_left_s=keep_s / 2, left_s=keep_s)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "live" / "cache.sqlite"


def test_a_value_survives_a_restart_with_its_age(file: Path, hand: Hand) -> None:
    first = Disk(file, hand)
    first.put("k", kept(b"v", 60.0))
    first.close()
    hand.now_s += 20
    second = Disk(file, hand)
    found = second.get("k")
    assert found == Kept(value=b"v", kind="book", age_s=20.0, fresh_left_s=10.0, left_s=40.0)
    second.close()


def test_an_expired_value_misses(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    disk.put("k", kept(b"v", 60.0))
    hand.now_s += 30
    assert disk.get("k") is not None
    hand.now_s += 30
    assert disk.get("k") is None
    disk.close()


def test_an_empty_value_is_a_hit(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    disk.put("k", kept(b"", 60.0))
    found = disk.get("k")
    assert found is not None
    assert found.value == b""
    disk.close()


def test_a_value_from_the_future_is_not_trusted(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    disk.put("k", kept(b"v", 60.0))
    hand.now_s -= 5
    assert disk.get("k") is None
    disk.close()


@pytest.mark.parametrize(
    "rubbish", [b"not a database at all, but long enough to be read as one" * 40, b"SQLite format 3\0"]
)
def test_a_broken_file_is_set_aside_and_a_new_one_begun(file: Path, hand: Hand, rubbish: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(rubbish)
    disk = Disk(file, hand)
    disk.get("k")  # meets the broken file
    disk.put("k", kept(b"v", 60.0))
    found = disk.get("k")
    assert found is not None
    assert found.value == b"v"
    disk.close()


def test_a_file_broken_while_open_is_a_miss_then_works_again(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    for number in range(200):
        disk.put(f"k{number}", kept(os.urandom(2_000), 60.0))
    disk.close()
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    for number in range(200):
        disk.get(f"k{number}")
    assert disk.faults > 0
    disk.put("k", kept(b"v", 60.0))
    assert disk.get("k") is not None
    assert file.with_suffix(".broken").exists()
    disk.close()


def test_a_place_that_cannot_be_written_is_a_miss(tmp_path: Path, hand: Hand) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    disk = Disk(blocked / "cache.sqlite", hand)
    disk.put("k", kept(b"v", 60.0))
    assert disk.get("k") is None
    assert disk.faults > 0
    disk.close()


def test_a_lock_held_by_another_process_is_a_miss_not_an_error(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    disk.put("k", kept(b"old", 60.0))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    disk.put("k", kept(b"new", 60.0))
    other.execute("ROLLBACK")
    other.close()
    found = disk.get("k")
    assert found is not None
    assert found.value == b"old"
    assert disk.faults == 1
    disk.close()


def test_rows_of_another_schema_are_not_read_and_are_pruned(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    disk.put("k", kept(b"v", 60.0))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("UPDATE cache_v2 SET schema = 99")
    assert disk.get("k") is None
    disk.prune()
    assert other.execute("SELECT COUNT(*) FROM cache_v2").fetchone() == (0,)
    other.close()
    disk.close()


def test_pruning_keeps_the_file_within_its_bound(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand, max_bytes=100_000)
    for number in range(300):
        disk.put(f"k{number}", kept(b"x" * 1_000, 60.0 + number))
    disk.put("gone", kept(b"x", 1.0))
    hand.now_s += 2
    disk.prune()
    left = [number for number in range(300) if disk.get(f"k{number}") is not None]
    assert 70 <= len(left) <= 100
    assert left[-1] == 299  # the soonest to expire went first
    disk.close()


def test_only_the_owner_may_read_the_file(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    disk.put("k", kept(b"v", 60.0))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    disk.close()


def test_a_cut_takes_its_values_and_no_others(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    for key in ("live|r2|kraken|/a", "live|r2|kraken|/b", "live|r2|okx|/a", "sandbox:7|r2|kraken|/a"):
        disk.put(key, kept(b"v", 60.0))
    disk.cut(Cut(tag="source:okx"))
    disk.cut(Cut(prefix="live|r2|kraken|/a"))
    assert [disk.get(key) is None for key in ("live|r2|kraken|/a", "live|r2|kraken|/b", "live|r2|okx|/a")] == [
        True, False, True,
    ]  # fmt: skip
    disk.cut(Cut(tag="kind:book"))
    assert disk.get("sandbox:7|r2|kraken|/a") is None
    disk.close()


def test_a_note_survives_a_restart_and_a_file_of_the_old_layout_is_no_harm(file: Path, hand: Hand) -> None:
    file.parent.mkdir()
    old = sqlite3.connect(file, isolation_level=None)
    old.execute("CREATE TABLE cache_v1 (key TEXT PRIMARY KEY, value BLOB)")
    old.close()
    disk = Disk(file, hand)
    assert disk.noted("cuts") is None
    disk.note("cuts", "5-0")
    disk.close()
    assert Disk(file, hand).noted("cuts") == "5-0"

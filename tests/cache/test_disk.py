"""The cache file: what survives, what is pruned, and what a broken file does."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from mobius.cache.disk import Disk


class Hand:
    def __init__(self) -> None:
        self.now_s = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "live" / "cache.sqlite"


def test_a_value_survives_a_restart_with_its_age(file: Path, hand: Hand) -> None:
    first = Disk(file, hand)
    first.put("k", b"v", 60.0)
    first.close()
    hand.now_s += 20
    second = Disk(file, hand)
    kept = second.get("k", 60.0)
    assert kept is not None
    assert (kept.value, kept.age_s, kept.left_s) == (b"v", 20.0, 40.0)
    second.close()


def test_expired_values_and_readers_who_want_it_fresher_miss(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    disk.put("k", b"v", 60.0)
    hand.now_s += 30
    assert disk.get("k", 20.0) is None
    assert disk.get("k", 100.0) is not None
    hand.now_s += 30
    assert disk.get("k", 100.0) is None
    disk.close()


def test_an_empty_value_is_a_hit(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    disk.put("k", b"", 60.0)
    kept = disk.get("k", 60.0)
    assert kept is not None
    assert kept.value == b""
    disk.close()


def test_a_value_from_the_future_is_not_trusted(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    disk.put("k", b"v", 60.0)
    hand.now_s -= 5
    assert disk.get("k", 60.0) is None
    disk.close()


@pytest.mark.parametrize(
    "rubbish", [b"not a database at all, but long enough to be read as one" * 40, b"SQLite format 3\0"]
)
def test_a_broken_file_is_set_aside_and_a_new_one_begun(file: Path, hand: Hand, rubbish: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(rubbish)
    disk = Disk(file, hand)
    disk.get("k", 60.0)  # meets the broken file
    disk.put("k", b"v", 60.0)
    kept = disk.get("k", 60.0)
    assert kept is not None
    assert kept.value == b"v"
    disk.close()


def test_a_file_broken_while_open_is_a_miss_then_works_again(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    for number in range(200):
        disk.put(f"k{number}", os.urandom(2_000), 60.0)
    disk.close()
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    for number in range(200):
        disk.get(f"k{number}", 60.0)
    assert disk.faults > 0
    disk.put("k", b"v", 60.0)
    assert disk.get("k", 60.0) is not None
    assert file.with_suffix(".broken").exists()
    disk.close()


def test_a_place_that_cannot_be_written_is_a_miss(tmp_path: Path, hand: Hand) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    disk = Disk(blocked / "cache.sqlite", hand)
    disk.put("k", b"v", 60.0)
    assert disk.get("k", 60.0) is None
    assert disk.faults > 0
    disk.close()


def test_a_lock_held_by_another_process_is_a_miss_not_an_error(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    disk.put("k", b"old", 60.0)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    disk.put("k", b"new", 60.0)
    other.execute("ROLLBACK")
    other.close()
    kept = disk.get("k", 60.0)
    assert kept is not None
    assert kept.value == b"old"
    assert disk.faults == 1
    disk.close()


def test_rows_of_another_schema_are_not_read_and_are_pruned(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    disk.put("k", b"v", 60.0)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("UPDATE cache_v1 SET schema = 99")
    assert disk.get("k", 60.0) is None
    disk.prune()
    assert other.execute("SELECT COUNT(*) FROM cache_v1").fetchone() == (0,)
    other.close()
    disk.close()


def test_pruning_keeps_the_file_within_its_bound(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand, max_bytes=100_000)
    for number in range(300):
        disk.put(f"k{number}", b"x" * 1_000, 60.0 + number)
    disk.put("gone", b"x", 1.0)
    hand.now_s += 2
    disk.prune()
    kept = [number for number in range(300) if disk.get(f"k{number}", 1e9) is not None]
    assert 70 <= len(kept) <= 100
    assert kept[-1] == 299  # the soonest to expire went first
    disk.close()


def test_only_the_owner_may_read_the_file(file: Path, hand: Hand) -> None:
    disk = Disk(file, hand)
    disk.put("k", b"v", 60.0)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    disk.close()

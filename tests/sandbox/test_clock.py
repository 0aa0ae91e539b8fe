from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from mobius.core.errors import BadParameter
from mobius.sandbox.clock import BIRTH, FILE, FrozenClock, SandboxClock, open_clock


def test_an_empty_folder_is_a_fresh_start(tmp_path: Path) -> None:
    clock = open_clock(tmp_path / "sandbox-7")
    assert BIRTH <= clock.now() < BIRTH + timedelta(seconds=5)
    assert clock.speed == 1.0


def test_a_later_process_reads_the_same_time(tmp_path: Path) -> None:
    before = open_clock(tmp_path, speed=3600.0).now()
    script = "import sys; from pathlib import Path; from mobius.sandbox.clock import open_clock\n"
    script += "print(open_clock(Path(sys.argv[1])).now().isoformat())"
    command = [sys.executable, "-c", script, str(tmp_path)]
    there = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    assert before < datetime.fromisoformat(there) <= open_clock(tmp_path).now()


def test_another_speed_takes_over_without_a_leap(tmp_path: Path) -> None:
    slow = open_clock(tmp_path, speed=1.0).now()
    fast = open_clock(tmp_path, speed=60.0)
    assert timedelta(0) <= fast.now() - slow < timedelta(seconds=120)
    assert open_clock(tmp_path).speed == 60.0


def test_start_is_for_fresh_worlds_only(tmp_path: Path) -> None:
    chosen = datetime(2027, 1, 1, tzinfo=UTC)
    assert open_clock(tmp_path, start=chosen).now() >= chosen
    assert open_clock(tmp_path, start=chosen + timedelta(days=400)).now() < chosen + timedelta(days=1)


def test_a_wall_clock_set_back_does_not_take_the_world_before_its_start(tmp_path: Path) -> None:
    later = datetime.now(UTC) + timedelta(days=3)
    kept = {"format": 1, "start": BIRTH, "wall": later, "speed": 1.0}
    (tmp_path / FILE).write_bytes(msgspec.json.encode(kept))
    assert BIRTH <= open_clock(tmp_path).now() < BIRTH + timedelta(seconds=5)


@pytest.mark.parametrize(
    "text", ["", "{", '{"format":1}', '{"format":9,"start":"2026-11-02T09:00:00Z","wall":"2026-11-02T09:00:00Z"}', "[]"]
)
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(BadParameter, match=FILE) as caught:
        open_clock(tmp_path)
    assert caught.value.hint is not None


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_a_clock_runs_forward(tmp_path: Path, speed: float) -> None:
    with pytest.raises(BadParameter):
        open_clock(tmp_path, speed=speed)


def test_a_start_names_its_time_zone(tmp_path: Path) -> None:
    with pytest.raises(BadParameter):
        open_clock(tmp_path, start=datetime(2027, 1, 1))  # noqa: DTZ001


def test_the_clock_runs_at_its_speed() -> None:
    clock = SandboxClock(start=BIRTH, anchor_s=0.0, speed=60.0)
    first, then = clock.monotonic(), clock.now()
    assert then - BIRTH >= timedelta(seconds=first * 60)


def test_a_frozen_clock_stands_until_moved() -> None:
    clock = FrozenClock()
    assert clock.now() == clock.now() == BIRTH
    clock.advance(90)
    assert (clock.now(), clock.monotonic()) == (BIRTH + timedelta(seconds=90), 90.0)

"""`mobius data import` and `data list`: files in, series out, a bad file costs only itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from mobius.core.errors import BadParameter, UnknownSymbol
from mobius.core.imported import ImportedInfo, ImportedSeries, SeriesKind
from tests.frontends.cli.fake import NOW, FakeApplication
from tests.frontends.cli.test_commands import done

FLOWS = ImportedInfo(
    kind="fund_flows", name="BTC/IBIT", unit="USD", n_points=1_234, first=date(2024, 1, 11), last=date(2026, 10, 30),
    file="flows.csv", sha256="0" * 64, imported_at=NOW,
)  # fmt: skip


class Fake:
    """Gives what is held for every file, or raises what `errors` says of its name."""

    def __init__(self, *held: ImportedInfo, errors: Sequence[str] = ()) -> None:
        self.held, self.errors = held, errors
        self.asked: list[tuple[str, str | None]] = []

    async def names(self, kind: SeriesKind | None = None) -> tuple[ImportedInfo, ...]:
        return self.held

    async def series(self, kind: SeriesKind, name: str, *, until: datetime | None = None) -> ImportedSeries | None:
        raise AssertionError("no command reads points")

    async def import_file(self, file: Path, *, asset: str | None, at: datetime) -> tuple[ImportedInfo, ...]:
        if file.name in self.errors:
            raise BadParameter(
                f"{file.name}, line 2: '-' is no number of dollars.", hint="Nothing of this file was kept."
            )
        self.asked.append((file.name, asset))
        return self.held


async def test_an_import_says_what_is_now_held(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    imported = Fake(FLOWS)
    _, lines, document = await done(f"data import {tmp_path}/a.csv --asset bitcoin", FakeApplication(imported=imported))
    assert imported.asked == [("a.csv", "BTC")]
    assert lines == ["BTC/IBIT: 1,234 days, 2024-01-11 to 2026-10-30"]
    assert document["series"][0]["name"] == "BTC/IBIT"


async def test_a_file_that_fails_costs_only_itself(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).touch()
    imported = Fake(FLOWS, errors=("b.csv",))
    result, lines, _ = await done(
        f"data import {tmp_path}/a.csv {tmp_path}/b.csv", FakeApplication(imported=imported), width=120
    )  # fmt: skip
    assert lines[1].startswith("Refused b.csv, line 2: '-' is no number of dollars.")
    assert result.exit_code == 2


async def test_a_single_bad_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "b.csv").touch()
    with pytest.raises(BadParameter, match="line 2"):
        await done(f"data import {tmp_path}/b.csv", FakeApplication(imported=Fake(errors=("b.csv",))))


async def test_an_asset_that_is_none_is_refused_before_any_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    imported = Fake(FLOWS)
    with pytest.raises(UnknownSymbol):
        await done(f"data import {tmp_path}/a.csv --asset nosuchthing", FakeApplication(imported=imported))
    assert imported.asked == []


async def test_the_list_of_what_is_held() -> None:
    _, lines, _ = await done("data list", FakeApplication(imported=Fake(FLOWS)))
    assert "fund flows" in lines[-1]
    assert "BTC/IBIT" in lines[-1]
    _, lines, _ = await done("data list", FakeApplication(imported=Fake()))
    assert lines == ["No daily series was imported. `mobius data import FILE...` brings some in."]

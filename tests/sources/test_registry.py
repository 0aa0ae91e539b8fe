"""Sources are found by their files, and their declarations hold together."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from mobius import sources
from mobius.sources import Definition, discover


def test_every_file_in_a_folder_is_a_source_named_as_its_spec() -> None:
    root = Path(sources.__file__).parent
    files = {path.stem for path in root.glob("*/*.py") if path.stem != "__init__"}
    assert {definition.spec.module for definition in discover()} == files
    assert all(definition.spec.name.startswith(definition.spec.module) for definition in discover())


@pytest.mark.parametrize("definition", discover(), ids=lambda one: one.spec.name)
def test_a_source_offers_what_its_spec_says(definition: Definition) -> None:
    spec = definition.spec
    assert set(definition.offers) == set(spec.needs)
    assert all(inspect.iscoroutinefunction(fetch) for fetch in definition.offers.values())
    assert spec.base_url.startswith("https://")
    assert not spec.base_url.endswith("/")
    assert spec.probe.startswith("/")
    assert spec.rights.attribution
    assert spec.key is None or spec.key.setting.startswith("MOBIUS_")


@pytest.mark.parametrize("definition", discover(), ids=lambda one: one.spec.name)
def test_a_source_is_documented(definition: Definition) -> None:
    page = (Path(__file__).parents[2] / "docs" / "sources.md").read_text()
    assert f"`{definition.spec.name}`" in page or f"`{definition.spec.module}`" in page
    assert definition.spec.base_url in page

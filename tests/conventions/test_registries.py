"""What registries promise: one file is enough, and each entry is whole."""

from __future__ import annotations

import importlib
import pkgutil
import typing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

import mobius.assistant.tools
from mobius import settings
from mobius.assistant.compose import NOTICES
from mobius.assistant.registry import tool_for, tools
from mobius.core.intents import INTENTS, WILL_DO
from mobius.core.schema import schema
from mobius.core.tools import Tool
from mobius.language.understand import Understander
from mobius.sources import discover, folders

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ALL = sorted(tools())


@pytest.fixture(scope="module")
def understander() -> Understander:
    return Understander.load()


def test_every_tool_file_is_found() -> None:
    files = {info.name for info in pkgutil.iter_modules(mobius.assistant.tools.__path__)}
    assert {importlib.import_module(f"mobius.assistant.tools.{name}").TOOL.name for name in files} == set(tools())
    assert all(name == tool.name for name, tool in tools().items()), "a file is named for its tool"


def test_every_intent_is_served_or_honestly_refused() -> None:
    for intent in INTENTS:
        served = tool_for(intent) is not None
        assert served or intent in WILL_DO or intent == "out_of_scope", intent


@pytest.mark.parametrize("name", ALL)
def test_a_tool_has_a_schema_a_summary_and_examples(name: str) -> None:
    tool = tools()[name]
    body = schema(tool.query)
    assert body["type"] == "object"
    assert "$ref" not in body
    assert tool.summary.endswith(".")
    assert tool.examples
    assert set(tool.positional) <= set(body["properties"])


@pytest.mark.parametrize("name", ALL)
def test_no_query_holds_a_path_or_an_address_of_a_page(name: str) -> None:
    for field in msgspec.structs.fields(tools()[name].query):
        assert Path not in {field.type, *typing.get_args(field.type)}
        assert not any(word in field.name for word in ("path", "file", "url", "uri", "host")), field.name


@pytest.mark.parametrize("name", ALL)
def test_a_tools_examples_lead_to_it(name: str, understander: Understander) -> None:
    tool: Tool[Any, Any] = tools()[name]
    for example in tool.examples:
        understood = understander.understand(example, now=NOW)
        assert understood.intent in tool.intents, f"{example!r} is taken for {understood.intent}"


@pytest.mark.parametrize("source", discover(), ids=lambda source: source.spec.name)
def test_a_source_is_declared_whole(source: Any) -> None:
    spec = source.spec
    assert spec.base_url.startswith("https://")
    assert set(spec.needs) == set(source.offers)
    assert spec.rights.attribution
    assert spec.limits.per_minute > 0


def test_every_notice_is_worded() -> None:
    import re

    used: set[str] = set()
    for path in (ROOT / "mobius").rglob("*.py"):
        used |= set(re.findall(r'Notice\(\s*kind="(\w+)"', path.read_text()))
    assert used <= set(NOTICES), used - set(NOTICES)


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    for option in settings.OPTIONS:
        assert f"`{option.name}`" in page, option.name
    assert "`MOBIUS_<SOURCE>_URL`" in page
    for source in discover():
        key, cost = source.spec.key, source.spec.cost
        for name in ([] if key is None else [key.setting]) + ([] if cost is None else [cost.cap_setting]):
            assert f"`{name}`" in page, name


def test_a_folder_of_sources_tells_all_that_is_inside() -> None:
    for folder, needs in folders().items():
        assert set(needs) == {need for source in discover(folder) for need in source.spec.needs}, folder


def test_notices_that_tools_will_do_are_no_longer_promised() -> None:
    for intent in WILL_DO:
        assert tool_for(intent) is None, f"{intent} has a tool; take it out of WILL_DO"

"""The tools there are. Here: finding them by walking their folder, and which intent goes where. Not here: running them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any

from mobius.assistant import tools as folder
from mobius.core.tools import Tool


@cache
def tools() -> Mapping[str, Tool[Any, Any]]:
    """Every tool by name; a file in `tools/` that defines TOOL is enough to be here."""
    found: dict[str, Tool[Any, Any]] = {}
    for module_info in sorted(pkgutil.iter_modules(folder.__path__), key=lambda info: info.name):
        tool: Tool[Any, Any] = importlib.import_module(f"{folder.__name__}.{module_info.name}").TOOL
        found[tool.name] = tool
    return found


def tool_for(intent: str) -> Tool[Any, Any] | None:
    return next((tool for tool in tools().values() if intent in tool.intents), None)

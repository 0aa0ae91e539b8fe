"""The tools there are. Here: finding them by walking their folder, and which intent goes where. Not here: running them.

A file is named for its tool, with `_` for a space. One tool asked for by name loads its own file alone.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from mobius.assistant import tools as folder
from mobius.core.tools import Tool


class _Tools(Mapping[str, Tool[Any, Any]]):
    """Tools by name, each loaded when it is first looked up."""

    def __init__(self) -> None:
        self._files = {info.name.replace("_", " "): info.name for info in pkgutil.iter_modules(folder.__path__)}
        self._loaded: dict[str, Tool[Any, Any]] = {}

    def __getitem__(self, name: str) -> Tool[Any, Any]:
        if name not in self._loaded:
            tool: Tool[Any, Any] = importlib.import_module(f"{folder.__name__}.{self._files[name]}").TOOL
            self._loaded[name] = tool
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._files))

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, name: object) -> bool:
        return name in self._files


@cache
def tools() -> Mapping[str, Tool[Any, Any]]:
    """Every tool by name; a file in `tools/` that defines TOOL is enough to be here."""
    return _Tools()


@cache
def tool_for(intent: str) -> Tool[Any, Any] | None:
    """The tool that serves an intent, None where it is not built yet."""
    return next((tool for tool in tools().values() if intent in tool.intents), None)

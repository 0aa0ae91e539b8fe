"""From an understanding to typed tool calls. Here: which tool, with which query. Not here: what was asked (language)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from mobius.assistant.border import MissingSlot, to_query
from mobius.assistant.registry import tool_for
from mobius.core.errors import UserError
from mobius.core.intents import Understanding
from mobius.core.tools import Tool


class Step(Struct, frozen=True):
    """One tool call, or why there is none: a slot to ask for, an error of the person's, an intent without a tool."""

    intent: str
    tool: Tool[Any, Any] | None = None
    query: Any = None
    missing: str | None = None
    error: UserError | None = None


def plan(understood: Understanding) -> tuple[Step, ...]:
    """One step an intent, in the order asked; at most three, since an answer is a phone screen."""
    intents = understood.intents or (understood.intent,)
    return tuple(_step(intent, understood.slots, understood.text) for intent in intents[:3])


def _step(intent: str, slots: Mapping[str, Any], text: str) -> Step:
    tool = tool_for(intent)
    if tool is None:
        return Step(intent)
    try:
        return Step(intent, tool, to_query(tool, slots, text=text))
    except MissingSlot as missing:
        return Step(intent, tool, missing=missing.slot)
    except UserError as error:
        return Step(intent, tool, error=error)

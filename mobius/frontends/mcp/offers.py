"""What is offered over MCP. Here: one offer a tool of the registry, and `ask`; schemas, arguments read. Not here: serving.

Everything comes from the tool's one definition. Arguments are checked by name and type before the application sees them:
unlike the slots of a question, an argument that a tool does not have is a mistake worth telling.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from mobius.core.answers import Answer
from mobius.core.errors import BadParameter, ErrorReply
from mobius.core.instants import parse_instant
from mobius.core.schema import schema
from mobius.core.tools import Tool
from mobius.frontends.cli.fields import Field, fields_of

SURFACE = "mcp"
ASK = "ask"
DEADLINE_MAX_S = 60.0
_CLOSED = frozenset({"explain"})
"""Tools that look at nothing outside this program."""
_NOISE = frozenset({"title", "default", "discriminator", "description"})

EXTRA: dict[str, dict[str, Any]] = {
    "as_of": {
        "type": "string",
        "description": "Answer from the history kept here, as known at this instant: 2024-03-05 (the close of that day, UTC) "
        "or 2024-03-05T14:00Z. Left out: now.",
    },
    "deadline_s": {
        "type": "number", "exclusiveMinimum": 0, "maximum": DEADLINE_MAX_S,
        "description": "Seconds the answer may take; what is not there by then is named as missing.",
    },
    "series": {
        "type": "boolean", "default": False,
        "description": "Also give the columns of charts, some hundred numbers each. Left out: their span and digest only.",
    },
}  # fmt: skip
"""Arguments that every tool takes besides its own."""
_QUESTION = {"question": {"type": "string", "description": "The question in plain words, as a person would type it."}}


class Offer(Struct, frozen=True, kw_only=True):
    """One tool as a client sees it; `tool` is its name in the registry, None for `ask`."""

    name: str
    tool: str | None
    description: str
    input_schema: dict[str, Any]
    open_world: bool = True


class Call(Struct, frozen=True, kw_only=True):
    """The arguments of one call, read."""

    arguments: Mapping[str, Any]
    as_of: datetime | None = None
    deadline_s: float | None = None
    series: bool = False


def offers(tools: Mapping[str, Tool[Any, Any]]) -> tuple[Offer, ...]:
    """`ask`, then every tool whose surfaces name MCP, in the registry's order."""
    return (_ask(), *(_offer(tool) for tool in tools.values() if SURFACE in tool.surfaces))


def mcp_name(name: str) -> str:
    """A tool's name in the characters that MCP allows: `portfolio risk` is `portfolio_risk`."""
    return name.replace(" ", "_")


def _ask() -> Offer:
    return Offer(
        name=ASK, tool=None, input_schema=_input(_QUESTION, ("question",)),
        description="Answer a question about crypto or DeFi in plain words. Use it when no other tool fits, or for several "
        'things at once. Examples: "what is btc doing today", "chart eth 30d and its rsi", "what was sol worth on 2024-03-05".',
    )  # fmt: skip


def _offer(tool: Tool[Any, Any]) -> Offer:
    body = schema(tool.query)
    said = {field.name: field.help for field in fields_of(tool.query)}
    properties = {
        name: {"description": said[name], **kind} if said.get(name) else dict(kind)
        for name, kind in body["properties"].items()
    }
    examples = ", ".join(f'"{example}"' for example in tool.examples)
    return Offer(
        name=mcp_name(tool.name), tool=tool.name, open_world=tool.name not in _CLOSED,
        description=f"{tool.summary} Answers questions such as {examples}.",
        input_schema={**_input(properties, tuple(body.get("required", ()))), **_definitions(body)},
    )  # fmt: skip


def _input(properties: Mapping[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    return {
        "type": "object", "properties": {**properties, **EXTRA}, "required": list(required),
        "additionalProperties": False,
    }  # fmt: skip


def _definitions(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"$defs": body["$defs"]} if "$defs" in body else {}


# ------------------------------------------------------------------------------------------------------------- output


def output_schema() -> dict[str, Any]:
    """The schema of every result: an Answer, or the one shape of errors. One object, since older clients know no other."""
    answer, error = _lean(schema(Answer)), _lean(schema(ErrorReply))
    return {
        "type": "object", "properties": {**answer["properties"], **error["properties"]},
        "anyOf": [{"required": answer["required"]}, {"required": error["required"]}],
        "$defs": {**answer["$defs"], **error["$defs"]},
    }  # fmt: skip


def _lean(node: Any, *, names: bool = False) -> Any:
    """A schema without what only people read: it travels once with each tool. `names`: the keys are names of fields."""
    if isinstance(node, list):
        return [_lean(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _lean(item, names=key in ("properties", "$defs") and not names)
        for key, item in node.items() if names or key not in _NOISE
    }  # fmt: skip


# ---------------------------------------------------------------------------------------------------------- arguments


def read_call(offer: Offer, tool: Tool[Any, Any] | None, given: Mapping[str, Any]) -> Call:
    """Check the arguments of a call. Raises BadParameter, in a sentence, for one that is unknown or of another type."""
    known = offer.input_schema["properties"]
    if strange := [name for name in given if name not in known]:
        raise BadParameter(
            f"{offer.name} has no argument {strange[0][:40]!r}.", hint=f"It takes {', '.join(known)}."
        )  # fmt: skip
    own = {name: value for name, value in given.items() if name not in EXTRA and value is not None}
    if tool is None:
        if not isinstance(own.get("question"), str):
            raise BadParameter("ask needs a question, as text.", hint='Such as "what is btc doing today".')
        arguments = own
    else:
        fields = {field.name: field for field in fields_of(tool.query)}
        for field in fields.values():
            if field.required and field.name not in own:
                raise BadParameter(f"{offer.name} needs {field.name}.", hint=_shown(field))
        arguments = {name: _typed(offer.name, fields[name], value) for name, value in own.items()}
    return Call(
        arguments=arguments, as_of=_as_of(given.get("as_of")), deadline_s=_deadline_s(given.get("deadline_s")),
        series=_series(given.get("series")),
    )  # fmt: skip


def _typed(name: str, field: Field, value: Any) -> Any:
    """The value, its type checked; one text where several are taken is a list of one."""
    if field.many and isinstance(value, str):
        value = [value]
    try:
        msgspec.convert(value, field.annotation, strict=False)
    except msgspec.ValidationError as error:
        raise BadParameter(f"{name}: {field.name}: {error}.", hint=_shown(field)) from error
    return value


def _shown(field: Field) -> str | None:
    return f"{field.name}: {field.help}." if field.help else None


def _as_of(value: Any) -> datetime | None:
    if value is None or isinstance(value, str):
        return None if value is None else parse_instant(value)
    raise BadParameter("as_of is no text.", hint="Use 2024-03-05 or 2024-03-05T14:00:00Z.")


def _deadline_s(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= DEADLINE_MAX_S:
        raise BadParameter(f"deadline_s is no number between 0 and {DEADLINE_MAX_S:g}.", hint="Such as 10.")
    return float(value)


def _series(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise BadParameter("series is neither true nor false.")

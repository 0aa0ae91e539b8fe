"""A tool's arguments as they come over HTTP. Here: query strings and JSON bodies to arguments. Not here: their meaning.

The application reads text as a person types it ("10k", "bitcoin"), so a number in JSON is handed on as its text, and only
the shape is checked here: one value where one is meant, a list where several are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from msgspec import NODEFAULT, Struct, inspect

from mobius.core.errors import BadParameter
from mobius.core.tools import Tool
from mobius.frontends.web.problems import Refused
from mobius.frontends.web.site import Circumstances

CIRCUMSTANCES = ("as_of", "deadline_s")
MOST_PARAMETERS = 200
MOST_VALUES = 100
TEXT_MAX_CHARS = 4_000


class Shape(Struct, frozen=True, kw_only=True):
    """What one field of a query takes."""

    name: str
    many: bool
    pairs: bool
    required: bool


def shapes_of(tool: Tool[Any, Any]) -> dict[str, Shape]:
    """The fields a tool takes over HTTP, by name: all of its query's but the question's own text."""
    info = inspect.type_info(tool.query)
    assert isinstance(info, inspect.StructType)
    return {field.name: _shape(field) for field in info.fields if field.name != "text"}


def _shape(field: inspect.Field) -> Shape:
    kinds = list(_members(field.type))
    return Shape(
        name=field.name,
        many=any(isinstance(kind, inspect.CollectionType) for kind in kinds),
        pairs=any(isinstance(kind, inspect.DictType) for kind in kinds),
        required=field.default is NODEFAULT and field.default_factory is NODEFAULT,
    )


def _members(kind: inspect.Type) -> list[inspect.Type]:
    if isinstance(kind, inspect.Metadata):
        return _members(kind.type)
    if isinstance(kind, inspect.UnionType):
        return [member for each in kind.types for member in _members(each)]
    return [kind]


# --------------------------------------------------------------------------------------------------------- query strings


def parameters(query_string: bytes) -> list[tuple[str, str]]:
    """The pairs of a query string; bytes that are no UTF-8 are replaced. Raises BadParameter for too many."""
    try:
        pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise BadParameter("The query string has too many parameters.") from error
    return [(name, value.encode("utf-8", "replace").decode()) for name, value in pairs]


def single(pairs: Sequence[tuple[str, str]], allowed: Sequence[str]) -> dict[str, str]:
    """Parameters that stand once; raises BadParameter for one that is not `allowed` or repeated. Empty ones are absent."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in allowed:
            raise _unknown(name, allowed)
        if name in found:
            raise BadParameter(f"{name} is given twice.")
        if value:
            found[name] = value
    return found


def flag(name: str, text: str | None) -> bool:
    if text not in (None, "true", "false", "1", "0"):
        raise BadParameter(f"{name} is true or false.")
    return text in ("true", "1")


def from_query(tool: Tool[Any, Any], query_string: bytes) -> tuple[dict[str, Any], Circumstances]:
    """Arguments of a GET: by field name, repeated or separated by commas for lists, `NAME=VALUE` texts for pairs."""
    shapes = shapes_of(tool)
    given: dict[str, list[str]] = {}
    for name, value in parameters(query_string):
        if name not in shapes and name not in CIRCUMSTANCES:
            raise _unknown(name, (*shapes, *CIRCUMSTANCES))
        given.setdefault(name, []).append(value)
    about = {name: _one(name, given.pop(name)) for name in CIRCUMSTANCES if name in given}
    arguments: dict[str, Any] = {}
    for name, values in given.items():
        if shapes[name].pairs:
            arguments[name] = dict(_pair(name, value) for value in values if value)
        elif shapes[name].many:
            arguments[name] = [part for value in values for part in (v.strip() for v in value.split(",")) if part]
        else:
            arguments[name] = _one(name, values)
        _bounded(name, arguments[name])
    return _present(arguments), Circumstances.read(about.get("as_of") or None, about.get("deadline_s") or None)


def _one(name: str, values: Sequence[str]) -> str:
    if len(values) != 1:
        raise BadParameter(f"{name} is given {len(values)} times and takes one value.")
    return values[0]


def _pair(name: str, text: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not (left and equals and right):
        raise BadParameter(f"{name}: {text[:40]!r} is not NAME=VALUE.", hint="Such as BTC=0.5")
    return left, right


# ---------------------------------------------------------------------------------------------------------------- bodies


def from_body(tool: Tool[Any, Any], body: bytes) -> tuple[dict[str, Any], Circumstances]:
    """Arguments of a POST: one JSON object, by field name."""
    document = json_object(body)
    shapes = shapes_of(tool)
    for name in document:
        if name not in shapes and name not in CIRCUMSTANCES:
            raise _unknown(name, (*shapes, *CIRCUMSTANCES))
    about = {name: document.pop(name) for name in CIRCUMSTANCES if name in document}
    arguments = {name: _as_typed(shapes[name], value) for name, value in document.items() if value is not None}
    return _present(arguments), Circumstances.read(about.get("as_of"), about.get("deadline_s"))


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object that a body holds; an empty body is an empty one."""
    if not body.strip():
        return {}
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise BadParameter("The body is no JSON.", hint=str(error)[:200]) from error
    if not isinstance(document, dict):
        raise BadParameter("The body is no JSON object.")
    return document


def needs_json(content_type: str) -> None:
    """Refuse a body that does not say it is JSON: a form of another site's page cannot say so."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Refused("wrong_media_type", "The body must be JSON.", hint="Send content-type: application/json")


def _as_typed(shape: Shape, value: object) -> Any:
    if shape.pairs:
        if not isinstance(value, dict):
            raise BadParameter(f"{shape.name} takes an object of names and values.")
        given: Any = {str(name): _text(shape.name, item) for name, item in value.items()}
    elif isinstance(value, list):
        if not shape.many:
            raise BadParameter(f"{shape.name} takes one value, not a list.")
        given = [_text(shape.name, item) for item in value]
    else:
        given = _text(shape.name, value)
    _bounded(shape.name, given)
    return given


def _text(name: str, value: object) -> str | bool:
    """One value as a person would type it."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        try:
            return str(value)
        except ValueError as error:  # thousands of digits
            raise BadParameter(f"{name}: that number is beyond anything there is.") from error
    raise BadParameter(f"{name} takes text or a number.")


# ------------------------------------------------------------------------------------------------------------------ both


def _bounded(name: str, value: object) -> None:
    if isinstance(value, str):
        if len(value) > TEXT_MAX_CHARS:
            raise BadParameter(f"{name} is longer than {TEXT_MAX_CHARS} characters.")
    elif isinstance(value, list | dict):
        if len(value) > MOST_VALUES:
            raise BadParameter(f"{name} has more than {MOST_VALUES} values.")
        for item in value if isinstance(value, list) else (*value, *value.values()):
            _bounded(name, item)


def _present(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value not in ("", [], {})}


def _unknown(name: str, known: Sequence[str]) -> BadParameter:
    return BadParameter(f"There is no parameter {name[:40]!r}.", hint=f"There are: {', '.join(known)}")

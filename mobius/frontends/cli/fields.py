"""A query's fields as a person types them. Here: what a struct's types mean for the command line. Not here: argparse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import NODEFAULT, Struct, inspect

from mobius.core.errors import BadParameter

Kind = Literal["text", "number", "flag", "pairs"]

_HELP = {
    "assets": "tickers or names, such as BTC or bitcoin",
    "quote": "currency or asset the figures are in, such as EUR",
    "amount": "how much",
    "window": "how far back, such as 24h, 7d, 90d or 1y",
    "interval": "length of a bar, such as 1h, 4h or 1d",
    "indicators": "which ones, such as rsi macd bollinger",
    "exchanges": "venues, such as binance kraken",
    "protocols": "protocols, such as aave lido",
    "chains": "chains, such as ethereum base",
    "risk": "how much risk to take",
    "min_usd": "least that must be deposited, in dollars, such as 10m",
    "term": "the word to explain",
    "topic": "the word to explain",
}
"""Words for the slots that many tools share; a field's own description comes first."""


class Field(Struct, frozen=True, kw_only=True):
    """One field of a query on the command line."""

    name: str
    kind: Kind
    many: bool
    required: bool
    choices: tuple[str, ...] = ()
    help: str = ""
    annotation: Any = None

    @property
    def option(self) -> str:
        """The option's name without its dashes."""
        return self.name.replace("_", "-")


def fields_of(query: type[Struct]) -> tuple[Field, ...]:
    """The fields of a query, in their order."""
    info = inspect.type_info(query)
    assert isinstance(info, inspect.StructType)
    hints = {field.name: field.type for field in msgspec.structs.fields(query)}
    return tuple(_field(field, hints[field.name]) for field in info.fields)


def typed(field: Field, value: Any) -> Any:
    """Flags, whole numbers and choices as their type; other text as typed, since the application reads it.

    Raises BadParameter when a choice or a whole number is none.
    """
    if field.kind == "pairs":
        return dict(_pair(field, text) for text in value)
    if field.kind == "flag" or (field.kind == "number" and not field.many):
        try:
            return msgspec.convert(value, field.annotation, strict=False)
        except msgspec.ValidationError:
            return value  # "10k" is a number to the application
    if field.choices:
        for text in value if field.many else (value,):
            if text not in field.choices:
                raise BadParameter(
                    f"--{field.option}: {text!r} is not one of the choices.", hint=f"One of: {', '.join(field.choices)}"
                )
    return tuple(value) if field.many else value


def _pair(field: Field, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise BadParameter(f"--{field.option}: {text!r} is not NAME=VALUE.", hint="Such as BTC=0.5")
    return name, value


def _field(field: inspect.Field, annotation: Any) -> Field:
    described, kinds = _unwrapped(field.type)
    many = any(isinstance(kind, inspect.CollectionType | inspect.DictType) for kind in kinds)
    items = [item for kind in kinds for item in _items(kind)]
    return Field(
        name=field.name, kind=_kind(kinds, items), many=many, required=field.required, choices=_choices(items),
        help=_help(field, described), annotation=annotation,
    )  # fmt: skip


def _unwrapped(kind: inspect.Type) -> tuple[str, list[inspect.Type]]:
    """The description a type carries, and its members without None."""
    if isinstance(kind, inspect.Metadata):
        described, kinds = _unwrapped(kind.type)
        return str((kind.extra_json_schema or {}).get("description", described)), kinds
    if isinstance(kind, inspect.UnionType):
        found = [_unwrapped(member) for member in kind.types if not isinstance(member, inspect.NoneType)]
        return next((text for text, _ in found if text), ""), [member for _, members in found for member in members]
    return "", [kind]


def _items(kind: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(kind, inspect.CollectionType):
        yield from _unwrapped(kind.item_type)[1]
    elif not isinstance(kind, inspect.DictType):
        yield kind


def _kind(kinds: list[inspect.Type], items: list[inspect.Type]) -> Kind:
    if any(isinstance(kind, inspect.DictType) for kind in kinds):
        return "pairs"
    if all(isinstance(item, inspect.BoolType) for item in items):
        return "flag"
    if all(isinstance(item, inspect.IntType | inspect.FloatType | inspect.DecimalType) for item in items):
        return "number"
    return "text"


def _choices(items: list[inspect.Type]) -> tuple[str, ...]:
    return tuple(str(value) for item in items if isinstance(item, inspect.LiteralType) for value in item.values)


def _help(field: inspect.Field, described: str) -> str:
    said = described or _HELP.get(field.name, "")
    default = field.default if field.default is not NODEFAULT else None
    if isinstance(default, bool) or default in (None, "", ()):
        return said
    shown = " ".join(map(str, default)) if isinstance(default, tuple | list) else str(default)
    return f"{said} (otherwise {shown})".strip()

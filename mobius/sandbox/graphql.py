"""GraphQL as far as the simulated providers need it: one query, its variables, and what it selects of a whole document.

Fields, aliases, arguments, inline and named fragments; no directives, no mutations. Here: answer. Not here: what the documents
hold (wire).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
from msgspec import Struct

from mobius.sandbox.limits import Spent
from mobius.sandbox.wire import Ask, Json, Said, Scene, said

Arguments: TypeAlias = Mapping[str, Json]
Resolver: TypeAlias = Callable[[Arguments], Json]
_TOKEN = re.compile(
    r'[\s,﻿]+|#[^\n]*|(\.\.\.|"(?:[^"\\\n]|\\.)*"|[_A-Za-z]\w*|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}()\[\]:$!=@])'
)
_MOST = 20_000  # characters of a query
_DEEPEST = 24


class Malformed(Exception):
    """A query that cannot be answered; its text is the provider's message."""


class _Posted(Struct, frozen=True):
    query: str
    variables: dict[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    name: str
    shown: str
    arguments: Arguments
    chosen: tuple[_Field, ...]


def answer(ask: Ask, resolvers: Mapping[str, Resolver]) -> Said:
    """What was posted, answered from `resolvers` by the name of the root field; faults come with status 200."""
    try:
        posted = msgspec.json.decode(ask.body, type=_Posted)
        fields = _Reader(posted.query, posted.variables or {}).read()
        data = {}
        for field in fields:
            if field.name not in resolvers:
                raise Malformed(f'Cannot query field "{field.name}" on type "Query".')
            data[field.shown] = _chosen(resolvers[field.name](field.arguments), field)
    except (msgspec.MsgspecError, RecursionError):
        return said({"errors": [{"message": "The request body is no GraphQL request."}]}, status=400)
    except Malformed as error:
        return said({"errors": [{"message": str(error), "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}]})
    return said({"data": data})


def _chosen(value: Json, field: _Field) -> Json:
    if isinstance(value, list):
        return [_chosen(each, field) for each in value]
    if not isinstance(value, dict):
        if field.chosen and value is not None:
            raise Malformed(f'Field "{field.name}" must not have a selection since it has no subfields.')
        return value
    if not field.chosen:
        raise Malformed(f'Field "{field.name}" must have a selection of subfields.')
    found: dict[str, Json] = {}
    for inner in field.chosen:
        if inner.name == "__typename":
            found[inner.shown] = "Object"
        elif inner.name not in value:
            raise Malformed(f'Cannot query field "{inner.name}" on "{field.name}".')
        else:
            found[inner.shown] = _chosen(value[inner.name], inner)
    return found


class _Reader:
    """Reads a query from left to right."""

    def __init__(self, text: str, variables: Mapping[str, object]) -> None:
        if len(text) > _MOST:
            raise Malformed("The query is too long.")
        self._tokens = _tokens(text)
        self._at = 0
        self._variables: dict[str, Json] = msgspec.convert(dict(variables), type=dict[str, object])
        self._fragments: dict[str, tuple[_Field, ...]] = {}

    def read(self) -> tuple[_Field, ...]:
        root: tuple[_Field, ...] | None = None
        starts = [place for place, token in enumerate(self._tokens) if token == "fragment"]  # noqa: S105
        for start in reversed(starts):  # fragments may use those written below them
            self._at = start + 1
            name = self._take()
            self._skip_to("{")
            self._fragments[name] = self._selection(0)
        self._at = 0
        if self._peek() == "query":
            self._take()
            while self._peek() not in ("{", "("):
                self._take()
            if self._peek() == "(":
                self._declared()
        if self._peek() == "{":
            root = self._selection(0)
        if root is None:
            raise Malformed("Syntax Error: Expected a query.")
        return root

    def _declared(self) -> None:
        """`($name: Type! = default)`: defaults fill the variables that were not given."""
        self._expect("(")
        while self._peek() != ")":
            self._expect("$")
            name = self._take()
            self._expect(":")
            while self._peek() not in ("$", ")", "="):
                self._take()
            if self._peek() == "=":
                self._take()
                self._variables.setdefault(name, self._value())
            self._variables.setdefault(name, None)
        self._expect(")")

    def _selection(self, depth: int) -> tuple[_Field, ...]:
        if depth > _DEEPEST:
            raise Malformed("The query is too deep.")
        self._expect("{")
        found: list[_Field] = []
        while self._peek() != "}":
            if self._peek() == "...":
                self._take()
                if self._peek() == "on":
                    self._skip_to("{")
                    found += self._selection(depth + 1)
                elif self._peek() == "{":
                    found += self._selection(depth + 1)
                else:
                    found += self._fragments.get(self._take(), ())
                continue
            found.append(self._field(depth))
        self._expect("}")
        return tuple(found)

    def _field(self, depth: int) -> _Field:
        name = shown = self._name()
        if self._peek() == ":":
            self._take()
            name = self._name()
        arguments: dict[str, Json] = {}
        if self._peek() == "(":
            self._take()
            while self._peek() != ")":
                key = self._name()
                self._expect(":")
                arguments[key] = self._value()
            self._take()
        chosen = self._selection(depth + 1) if self._peek() == "{" else ()
        return _Field(name=name, shown=shown, arguments=arguments, chosen=chosen)

    def _value(self) -> Json:
        token = self._take()
        if token == "$":  # noqa: S105
            name = self._take()
            if name not in self._variables:
                raise Malformed(f'Variable "${name}" is not defined.')
            return self._variables[name]
        if token == "[":  # noqa: S105
            found: list[Json] = []
            while self._peek() != "]":
                found.append(self._value())
            self._take()
            return found
        if token == "{":  # noqa: S105
            pairs: dict[str, Json] = {}
            while self._peek() != "}":
                key = self._name()
                self._expect(":")
                pairs[key] = self._value()
            self._take()
            return pairs
        if token[0] in '-0123456789"' or token in ("true", "false", "null"):
            plain: Json = msgspec.json.decode(token.encode())
            return plain
        return token

    def _peek(self) -> str:
        if self._at >= len(self._tokens):
            raise Malformed("Syntax Error: Unexpected <EOF>.")
        return self._tokens[self._at]

    def _take(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _name(self) -> str:
        token = self._take()
        if not (token[0].isalpha() or token[0] == "_"):
            raise Malformed(f'Syntax Error: Expected Name, found "{token[:20]}".')
        return token

    def _expect(self, token: str) -> None:
        if (found := self._take()) != token:
            raise Malformed(f'Syntax Error: Expected "{token}", found "{found[:20]}".')

    def _skip_to(self, token: str) -> None:
        while self._peek() != token:
            self._take()


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Malformed(f'Syntax Error: Unexpected character "{text[at]}".')
        if match.group(1) is not None:
            found.append(match.group(1))
        at = match.end()
    return found


def missing(ask: Ask, scene: Scene) -> Said:
    """What these providers say of any other address."""
    return said({"message": "Not Found"}, status=404)


def limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    """What they say to who asks too much."""
    error = {"errors": [{"message": "Too many requests"}]}
    return said(error, status=429, headers={"Retry-After": str(spent.retry_after_s)})

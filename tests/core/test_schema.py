"""JSON Schema of our types: the root inlined, arrays plain, nested and recursive types whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

import msgspec
import pytest
from msgspec import Struct

from mobius.core.answers import Answer
from mobius.core.schema import schema


class Leaf(Struct, frozen=True):
    size_usd: float
    name: str = "x"


class Query(Struct, frozen=True, kw_only=True):
    """What is asked."""

    assets: tuple[str, ...]
    side: Literal["buy", "sell"] = "buy"
    pair: tuple[int, int] = (0, 0)
    mixed: tuple[str, float] = ("a", 1.0)
    leaf: Leaf | None = None


class Tree(Struct, frozen=True):
    name: str
    children: tuple[Tree, ...] = ()


class TreeOfTrees(Struct, frozen=True):
    tree: Tree


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for item in node.values():
            yield from nodes(item)
    elif isinstance(node, list):
        for item in node:
            yield from nodes(item)


def references(body: dict[str, Any]) -> set[str]:
    return {node["$ref"].rsplit("/", 1)[-1] for node in nodes(body) if isinstance(node.get("$ref"), str)}


@pytest.mark.parametrize("kind", [Leaf, Query, Tree, TreeOfTrees, Answer])
def test_a_schema_is_an_object_with_every_reference_resolved(kind: type) -> None:
    body = schema(kind)
    assert body["type"] == "object"
    assert "$ref" not in body
    assert references(body) <= set(body.get("$defs", {}))
    assert json.loads(json.dumps(body)) == body


@pytest.mark.parametrize("kind", [Query, Tree, Answer])
def test_arrays_are_plain(kind: type) -> None:
    for node in nodes(schema(kind)):
        assert "prefixItems" not in node
        if node.get("type") == "array":
            assert isinstance(node["items"], dict)


def test_a_root_that_nothing_refers_to_has_no_definition_of_its_own() -> None:
    assert "$defs" not in schema(Leaf)
    assert set(schema(Query)["$defs"]) == {"Leaf"}


def test_a_recursive_root_stays_among_the_definitions() -> None:
    body = schema(Tree)
    assert set(body["$defs"]) == {"Tree"}
    assert body["properties"]["children"]["items"] == {"$ref": "#/$defs/Tree"}
    assert "Tree" in schema(TreeOfTrees)["$defs"]


class Node(Struct, frozen=True):
    value: int


class NodeList(Struct, frozen=True):
    nodes: tuple[Node, ...]


class Pair(Struct, frozen=True):
    left: Node
    right: NodeList


def test_a_name_that_begins_another_is_not_taken_for_it() -> None:
    class No(Struct, frozen=True):
        nodes: Node

    assert "No" not in schema(No)["$defs"]
    assert set(schema(Pair)["$defs"]) == {"Node", "NodeList"}


def test_fixed_tuples_keep_their_length() -> None:
    properties = schema(Query)["properties"]
    assert properties["pair"]["items"] == {"type": "integer"}
    assert (properties["pair"]["minItems"], properties["pair"]["maxItems"]) == (2, 2)
    assert properties["mixed"]["items"] == {"anyOf": [{"type": "string"}, {"type": "number"}]}
    assert "minItems" not in properties["assets"]


def test_what_is_required_and_what_a_type_says_of_itself_is_kept() -> None:
    body = schema(Query)
    assert body["required"] == ["assets"]
    assert body["description"] == "What is asked."
    assert body["properties"]["side"]["enum"] == ["buy", "sell"]
    assert body["properties"]["side"]["default"] == "buy"


def test_what_the_schema_allows_msgspec_reads() -> None:
    read = msgspec.convert({"assets": ["BTC"], "pair": [1, 2], "leaf": {"size_usd": 3}}, Query)
    assert read.leaf == Leaf(3.0)

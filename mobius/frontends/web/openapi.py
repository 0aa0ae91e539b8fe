"""The HTTP API described: OpenAPI 3.1 from the tools' own types. Here: the document. Not here: schemas of types (core.schema).

Every tool has its own paths, with its query's fields as parameters and as a body, so that what the document says is what
the tool takes. The examples in it are run as tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from mobius import __version__
from mobius.core.answers import Answer
from mobius.core.application import Application
from mobius.core.schema import schema
from mobius.core.tools import Tool
from mobius.frontends.cli.commands.why import Explained
from mobius.frontends.export import KINDS, MEDIA_TYPES
from mobius.frontends.web.problems import PROBLEM_TYPE, Problem
from mobius.frontends.web.routes.ask import AskBody
from mobius.frontends.web.site import DEADLINE_MAX_S, offered

Json: TypeAlias = dict[str, Any]

EXAMPLES: Mapping[str, Any] = {
    "assets": ["BTC"], "quote": "EUR", "amount": 0.5, "window": "30d", "interval": "1d", "indicators": ["rsi"],
    "term": "impermanent loss", "protocols": ["aave", "compound"],
}  # fmt: skip
"""A value for a slot that tools share, by its name."""
_EVERY = {"400": "A value that cannot be used.", "401": "The access token is missing.", "403": "Another site's page asked.",
          "414": "The address is too long.", "421": "Not a host name of this server.", "431": "The headers are too large.",
          "500": "A bug."}  # fmt: skip
_WITH_BODY = {"408": "The body took too long.", "413": "The body is too large.", "415": "The body is not JSON."}
_WITH_ID = {"404": "Nothing is kept under that id."}
_ABOUT: tuple[Json, ...] = (
    {"name": "as_of", "in": "query", "schema": {"type": "string"}, "example": "2024-03-05",
     "description": "Answer from history as known then; a day means its end."},
    {"name": "deadline_s", "in": "query", "schema": {"type": "number", "exclusiveMinimum": 0, "maximum": DEADLINE_MAX_S},
     "example": 5, "description": "Seconds the answer may take."},
)  # fmt: skip
_INTRODUCTION = """Every reply is an answer or a problem document; both say the same on every surface.

Live prices come over a WebSocket at `/v1/watch?assets=BTC,ETH`: JSON arrays of rows, sent when a price changed.
Requests that a browser makes for another site's page are refused. On an address other than loopback the access token is
sent as `Authorization: Bearer …`."""


def document(application: Application) -> Json:
    """The OpenAPI document of this application's tools and of the routes that go with them."""
    components: Json = {}
    answer = _component("Answer", Answer, components)
    explained = _component("Explained", Explained, components)
    _component("Problem", Problem, components)
    paths: Json = {
        "/v1/ask": {"post": _ask(application, answer, components)},
        "/v1/stream": {"get": _stream()},
        "/v1/answers/{id}": {"get": _kept("A stored answer", "answer", {"application/json": {"schema": answer}})},
        "/v1/answers/{id}/why": {
            "get": _kept(
                "The derivation of an answer's figures",
                "why",
                {"application/json": {"schema": explained}},
                _parameter("fact", {"type": "string"}, "One figure, by its id."),
            )
        },
    }
    share = _parameter("share", {"type": "boolean"}, "Leave out figures that may not be republished.")
    for kind in KINDS:
        content = {MEDIA_TYPES[kind]: {"schema": answer if kind == "json" else {"type": "string"}}}
        paths[f"/v1/answers/{{id}}/export.{kind}"] = {
            "get": _kept(f"An answer as {kind}", f"export_{kind}", content, share)
        }
    for name, tool in sorted(offered(application).items()):
        paths[f"/v1/tools/{name}"] = {"get": _by_query(tool, answer), "post": _by_body(tool, answer, components)}
    paths["/healthz"] = {"get": _plain("Whether the process lives", "healthz", "application/json", {"type": "object"})}
    paths["/metrics"] = {
        "get": _plain(
            "What the process does, as OpenMetrics", "metrics", "application/openmetrics-text", {"type": "string"}
        )
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Möbius", "version": __version__, "description": _INTRODUCTION},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def example_of(tool: Tool[Any, Any]) -> Json:
    """Arguments that a tool can be tried with: its required fields, its quote if it has one, and its own."""
    query = _query(tool)
    wanted = [name for name in query["properties"] if name in query["required"] or name in ("quote", "amount")]
    return {name: EXAMPLES[name] for name in wanted if name in EXAMPLES} | dict(tool.tried_with)


# ------------------------------------------------------------------------------------------------------------ operations


def _ask(application: Application, answer: Json, components: Json) -> Json:
    questions = {
        f"{name}_{n}": {"value": {"question": text}}
        for name, tool in sorted(offered(application).items())
        for n, text in enumerate(tool.examples, 1)
        if not text.startswith("mobius ")
    }
    return {
        "summary": "Answer a question in plain words", "operationId": "ask",
        "requestBody": _body(_component("Question", AskBody, components), questions),
        "responses": _responses({"application/json": {"schema": answer}}, _WITH_BODY),
    }  # fmt: skip


def _stream() -> Json:
    return {
        "summary": "A question's answer as Server-Sent Events",
        "description": "Events `stage`, `answer` (JSON), `card` (HTML), `problem`, `done`, with ids `<stream>:<n>`. A dropped "
        "connection resumes after the last id, by `Last-Event-ID` or `resume`, for a minute; the question runs once.",
        "operationId": "stream",
        "parameters": [
            _parameter("question", {"type": "string"}, "What is asked; not needed with `resume`.", example="btc?"),
            _parameter("stream", {"type": "string", "pattern": "^[0-9A-Za-z_-]{8,64}$"}, "An id of your own for the stream."),
            _parameter("resume", {"type": "string"}, "The id of the last event that was seen."),
            *_ABOUT,
        ],
        "responses": _responses(
            {"text/event-stream": {}},
            {"410": "The stream is no longer kept.", "429": "Too many questions are running."},
        ),
    }  # fmt: skip


def _by_query(tool: Tool[Any, Any], answer: Json) -> Json:
    query = _query(tool)
    example = example_of(tool)
    return {
        "summary": tool.summary, "operationId": f"get_{_identifier(tool)}",
        "parameters": [
            *(_parameter(name, told, example=example.get(name), required=name in query["required"])
              for name, told in query["properties"].items()),
            *_ABOUT,
        ],
        "responses": _responses({"application/json": {"schema": answer}}),
    }  # fmt: skip


def _by_body(tool: Tool[Any, Any], answer: Json, components: Json) -> Json:
    query = _query(tool)
    about = {parameter["name"]: parameter["schema"] for parameter in _ABOUT}
    properties = {
        **query["properties"],
        **{name: told for name, told in about.items() if name not in query["properties"]},
    }
    name = type_name = f"{tool.query.__name__}"
    components.update(_moved(query.get("$defs", {})))
    components[type_name] = _moved(
        {"title": name, "type": "object", "properties": properties, "required": query["required"],
         "additionalProperties": False}
    )  # fmt: skip
    return {
        "summary": tool.summary, "operationId": f"post_{_identifier(tool)}",
        "requestBody": _body(
            {"$ref": f"#/components/schemas/{type_name}"}, {tool.name.replace(" ", "_"): {"value": example_of(tool)}}
        ),
        "responses": _responses({"application/json": {"schema": answer}}, _WITH_BODY),
    }  # fmt: skip


def _kept(summary: str, operation: str, content: Json, *more: Json) -> Json:
    identifier = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"},
                  "description": "An answer's id, or its beginning."}  # fmt: skip
    return {
        "summary": summary, "operationId": operation, "parameters": [identifier, *more],
        "responses": _responses(content, _WITH_ID),
    }  # fmt: skip


def _plain(summary: str, operation: str, media_type: str, told: Json) -> Json:
    return {"summary": summary, "operationId": operation, "responses": _responses({media_type: {"schema": told}})}


# ---------------------------------------------------------------------------------------------------------------- pieces


def _query(tool: Tool[Any, Any]) -> Json:
    """A query's schema without the question's own text, which is understanding's to give."""
    told = schema(tool.query)
    properties = {name: item for name, item in told["properties"].items() if name != "text"}
    return {**told, "properties": properties, "required": [name for name in told["required"] if name in properties]}


def _identifier(tool: Tool[Any, Any]) -> str:
    return tool.name.replace(" ", "_").replace("-", "_")


def _parameter(name: str, told: Json, description: str = "", *, example: Any = None, required: bool = False) -> Json:
    parameter: Json = {"name": name, "in": "query", "required": required, "schema": _moved(told)}
    if description:
        parameter["description"] = description
    if example is not None:
        parameter["example"] = example
    if told.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
    return parameter


def _body(told: Json, examples: Json) -> Json:
    return {"required": True, "content": {"application/json": {"schema": told, "examples": examples}}}


def _responses(content: Json, *more: Mapping[str, str]) -> Json:
    problem = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    failures: Iterable[tuple[str, str]] = sorted({k: v for said in (_EVERY, *more) for k, v in said.items()}.items())
    return {
        "200": {"description": "The answer.", "content": content},
        **{status: {"description": text, "content": problem} for status, text in failures},
    }


def _component(name: str, kind: type, components: Json) -> Json:
    """Put a type and those inside it among the components; return the reference to it."""
    told = schema(kind)
    components.update(_moved(told.pop("$defs", {})))
    components[name] = _moved(told)
    return {"$ref": f"#/components/schemas/{name}"}


def _moved(node: Any) -> Any:
    """References below `$defs` as references to components."""
    if isinstance(node, dict):
        return {key: _moved(item) for key, item in node.items()}
    if isinstance(node, list | tuple):
        return [_moved(item) for item in node]
    return node.replace("#/$defs/", "#/components/schemas/") if isinstance(node, str) else node

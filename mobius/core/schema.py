"""JSON Schema of our types, one for OpenAPI, MCP and models: msgspec's, root inlined, plain arrays."""

from __future__ import annotations

from typing import Any

import msgspec


def schema(kind: type) -> dict[str, Any]:
    """Return the JSON Schema of `kind` with its own definition at the root; nested types stay under `$defs`.

    Tuples of one element type are written as plain arrays (`items`), which every reader of schemas understands.
    """
    (root,), definitions = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    body: dict[str, Any] = root
    if "$ref" in root:
        name = root["$ref"].rsplit("/", 1)[-1]
        body = definitions.pop(name)
        if f'"#/$defs/{name}"' in msgspec.json.encode([body, definitions]).decode():
            definitions[name] = body
            body = dict(body)
    plain = _plain_arrays(body)
    if definitions:
        plain["$defs"] = {name: _plain_arrays(item) for name, item in definitions.items()}
    return plain  # type: ignore[no-any-return]


def _plain_arrays(node: Any) -> Any:
    if isinstance(node, list | tuple):  # msgspec leaves defaults as tuples
        return [_plain_arrays(item) for item in node]
    if not isinstance(node, dict):
        return node
    out = {key: _plain_arrays(item) for key, item in node.items()}
    prefix = out.pop("prefixItems", None)
    if prefix is not None:
        out["items"] = prefix[0] if all(item == prefix[0] for item in prefix) else {"anyOf": prefix}
        out["minItems"] = out["maxItems"] = len(prefix)
    return out

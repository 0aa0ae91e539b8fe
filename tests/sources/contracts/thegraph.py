"""The Graph's gateway, recorded: data, and refusals inside a status of 200."""

from __future__ import annotations

import json

from mobius.core.errors import SourceUnavailable
from mobius.sources.chain import thegraph
from tests.sources.contracts import Interaction


def check(one: Interaction) -> None:
    raw = one.raw()
    if "errors" in raw:
        try:
            thegraph.parse_reply(one.body)
        except SourceUnavailable as error:
            assert raw["errors"][0]["message"] in error.message
            return
        raise AssertionError("a refusal was taken for data")
    assert json.loads(thegraph.parse_reply(one.body).data) == raw["data"]

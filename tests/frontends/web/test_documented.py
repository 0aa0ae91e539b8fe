"""The examples of docs/api.md are answered as it says, and what it says of limits is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mobius.frontends.web import bodies, engines, guard, streams, watching
from mobius.frontends.web.problems import STATUS
from mobius.frontends.web.serving import FINISH_S
from mobius.frontends.web.site import DEADLINE_MAX_S
from tests.frontends.web.wire import Web

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text()
REQUESTS = [
    request
    for block in re.findall(r"```http\n(.*?)```", PAGE, re.DOTALL)
    for request in re.findall(r"(GET|POST) (\S+)\n(\{.*\})?", block)
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request[1])
async def test_an_example_of_the_page_is_answered(web: Web, request_: tuple[str, str, str]) -> None:
    method, target, body = request_
    got = await web.get(target) if method == "GET" else await web.post(target, body.encode())
    assert got.status == 200, got.text
    if got.headers["content-type"] == "application/json":
        assert got.json()["status"] in ("answered", "partial")


async def test_the_error_that_is_shown_is_the_one_that_is_given(web: Web) -> None:
    got = await web.get("/v1/tools/price?assets=foocoin")
    assert got.json()["error"]["message"] in PAGE
    assert got.json()["title"] == "Bad request"


async def test_every_kind_the_page_names_has_its_status() -> None:
    for row in re.findall(r"^\| ([0-9 ·]+) \| (.*) \|$", PAGE, re.MULTILINE):
        statuses = {int(status) for status in row[0].split(" · ")}
        for kind in re.findall(r"`([a-z_]+)`", row[1]):
            assert STATUS[kind] in statuses, kind


async def test_the_limits_the_page_names_are_those_in_force() -> None:
    assert (bodies.BODY_MAX_BYTES, bodies.BODY_S, engines.HEADERS_S) == (64_000, 10, 10)
    assert (guard.ADDRESS_MAX_BYTES, DEADLINE_MAX_S, FINISH_S) == (16_000, 60, 2)
    assert (streams.KEEP_S, streams.JOIN_S, watching.EVERY_S) == (60, 10, 3)

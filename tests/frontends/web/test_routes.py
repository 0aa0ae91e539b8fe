"""Every route over a real socket, in the simulated world."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import pytest

from mobius.core.answers import Answer
from mobius.frontends.web.openapi import document, example_of
from mobius.frontends.web.site import offered
from tests.frontends.web.conftest import World
from tests.frontends.web.wire import Web

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def asked(web: Web, question: str = "what's BTC doing today?") -> Any:
    got = await web.post("/v1/ask", {"question": question})
    assert got.status == 200, got.text
    return got.json()


async def test_a_question_is_answered_with_figures_and_their_sources(web: Web) -> None:
    answer = await asked(web)
    assert answer["intent"] == "price"
    assert answer["simulated"] is True
    price = answer["facts"]["btc.price"]
    assert isinstance(price["value"], float)
    assert {answer["facts"][parent]["source"] for parent in price["derived_from"]} <= {
        "binance", "kraken", "coingecko", "mobius", "okx", "bybit", "coinbase", "coinpaprika", "geckoterminal", "defillama",
    }  # fmt: skip
    msgspec.convert(answer, Answer)


@pytest.mark.parametrize("as_of", ["2024-03-05", "2024-03-05T14:00:00Z"])
async def test_a_question_about_the_past_says_so(web: Web, as_of: str) -> None:
    got = await web.post("/v1/ask", {"question": "price of btc", "as_of": as_of, "deadline_s": 3})
    assert got.status == 200
    assert got.json()["as_of"].startswith("2024-03-0")
    assert got.json()["status"] == "no_data"


async def test_every_tool_answers_its_example_by_query_and_by_body(world: World) -> None:
    for name, tool in offered(world.app).items():
        arguments = example_of(tool)
        by_query = await world.web.get(f"/v1/tools/{name}?{urlencode(arguments, doseq=True)}")
        by_body = await world.web.post(f"/v1/tools/{name}", arguments)
        assert by_query.status == by_body.status == 200, (name, by_query.text, by_body.text)
        assert by_query.json()["intent"] == by_body.json()["intent"] == tool.intents[0]
        assert by_query.json()["slots"] == by_body.json()["slots"]


async def test_lists_are_repeated_or_separated_by_commas(web: Web) -> None:
    repeated = await web.get("/v1/tools/price?assets=btc&assets=ethereum")
    together = await web.get("/v1/tools/price?assets=BTC,ETH")
    assert repeated.json()["slots"]["assets"] == together.json()["slots"]["assets"] == ["BTC", "ETH"]


async def test_the_same_address_within_a_second_is_the_same_answer_and_says_its_age(web: Web) -> None:
    first, second = [await web.get("/v1/tools/price?assets=XRP") for _ in range(2)]
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["age"] == "0"
    assert first.json()["id"] != (await web.get("/v1/tools/price?assets=xrp")).json()["id"]


WRONG: dict[str, tuple[str, Any, int, str]] = {
    "unknown asset": ("/v1/tools/price?assets=foocoin", None, 400, "unknown_symbol"),
    "no asset": ("/v1/tools/price", None, 400, "bad_input"),
    "empty asset": ("/v1/tools/price?assets=", None, 400, "bad_input"),
    "unknown parameter": ("/v1/tools/price?assets=btc&colour=red", None, 400, "bad_input"),
    "one value twice": ("/v1/tools/price?assets=btc&quote=eur&quote=usd", None, 400, "bad_input"),
    "no span": ("/v1/tools/chart?assets=btc&window=seven", None, 400, "bad_input"),
    "no instant": ("/v1/tools/price?assets=btc&as_of=yesterdayish", None, 400, "bad_input"),
    "future": ("/v1/tools/price?assets=btc&as_of=2090-01-01", None, 400, "bad_input"),
    "no seconds": ("/v1/tools/price?assets=btc&deadline_s=never", None, 400, "bad_input"),
    "too many seconds": ("/v1/tools/price?assets=btc&deadline_s=1e9", None, 400, "bad_input"),
    "bad bytes": ("/v1/tools/price?assets=%ff%fe", None, 400, "unknown_symbol"),
    "control characters": ("/v1/tools/price?assets=%00%1b%5b31m", None, 400, "unknown_symbol"),
    "too many parameters": ("/v1/tools/price?" + "assets=btc&" * 300, None, 400, "bad_input"),
    "no tool": ("/v1/tools/oracle", None, 404, "not_found"),
    "no address": ("/v2/everything", None, 404, "not_found"),
    "no answer": ("/v1/answers/0198f1c2-3b4d-7abc-8def-0123456789ab", None, 404, "not_found"),
    "no id": ("/v1/answers/..%2f..%2fetc%2fpasswd", None, 404, "not_found"),
    "no watch": ("/v1/watch?assets=BTC", None, 400, "bad_input"),
    "no question": ("/v1/stream", None, 400, "bad_input"),
    "empty body": ("/v1/ask", b"", 400, "bad_input"),
    "no json": ("/v1/ask", b"{question", 400, "bad_input"),
    "no object": ("/v1/ask", b"[1]", 400, "bad_input"),
    "deep": ("/v1/ask", b"[" * 60_000, 400, "bad_input"),
    "no utf-8": ("/v1/ask", b'{"question":"\xff"}', 400, "bad_input"),
    "half a surrogate": ("/v1/ask", b'{"question":"btc \\ud800"}', 400, "bad_input"),
    "no text": ("/v1/ask", {"question": 7}, 400, "bad_input"),
    "unknown field": ("/v1/ask", {"question": "btc?", "tool": "price"}, 400, "bad_input"),
    "number for an instant": ("/v1/ask", {"question": "btc?", "as_of": 5}, 400, "bad_input"),
    "negative seconds": ("/v1/ask", {"question": "btc?", "deadline_s": -1}, 400, "bad_input"),
    "a list where one is meant": ("/v1/tools/price", {"assets": ["BTC"], "quote": ["EUR"]}, 400, "bad_input"),
    "an object where a list is meant": ("/v1/tools/price", {"assets": {"BTC": 1}}, 400, "bad_input"),
    "lists in lists": ("/v1/tools/price", {"assets": [["BTC"]]}, 400, "bad_input"),
    "nulls in a list": ("/v1/tools/price", {"assets": [None]}, 400, "bad_input"),
    "a number for an asset": ("/v1/tools/price", {"assets": 5}, 400, "unknown_symbol"),
    "no amount": ("/v1/tools/convert", {"assets": ["BTC"], "amount": "lots"}, 400, "bad_input"),
    "negative amount": ("/v1/tools/convert", {"assets": ["BTC"], "amount": -5}, 400, "bad_input"),
    "absurd amount": ("/v1/tools/convert", b'{"assets":["BTC"],"amount":1e300}', 400, "bad_input"),
    "thousand digits": ("/v1/tools/convert", b'{"assets":["BTC"],"amount":' + b"9" * 1000 + b"}", 400, "bad_input"),
    "ten thousand digits": (
        "/v1/tools/convert",
        b'{"assets":["BTC"],"amount":' + b"9" * 10_000 + b"}",
        400,
        "bad_input",
    ),
    "many assets": ("/v1/tools/price", {"assets": ["BTC"] * 101}, 400, "bad_input"),
    "wrong choice": ("/v1/tools/technicals", {"assets": ["BTC"], "indicators": ["crystal ball"]}, 400, "bad_input"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_cannot_be_answered_is_said_in_the_one_shape(web: Web, name: str) -> None:
    target, body, status, kind = WRONG[name]
    got = await web.get(target) if body is None else await web.post(target, body)
    assert (got.status, got.kind) == (status, kind), got.text


async def test_a_method_an_address_does_not_have_is_refused_and_the_allowed_ones_named(web: Web) -> None:
    got = await web.ask("DELETE", "/v1/ask")
    assert (got.status, got.kind) == (405, "method_not_allowed")
    assert "POST" in got.headers["allow"].split(", ")
    assert (await web.ask("PUT", "/v1/stream?question=x")).status == 405


async def test_a_body_that_is_no_json_by_its_type_is_refused(web: Web) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    got = await web.ask("POST", "/v1/ask", body=b"question=btc", headers=form)
    assert (got.status, got.kind) == (415, "wrong_media_type")


QUESTIONS = {
    "empty": "", "spaces": " \t\n ", "long": "price of bitcoin " * 640, "emojis": "🚀 btc 🌕", "right to left": "بيتكوين‮ CTB",
    "control characters": "btc\x00\x07\x1b[31m price", "sql": "btc'; DROP TABLE answers; --",
    "html": "<script>alert(1)</script> price of <b>btc</b>", "markdown": "# **btc** [x](javascript:alert(1))",
    "format": "price of {0.__class__} {{7*7}} {% raw %} {fact:btc.price:price}", "path": "../../etc/passwd price of btc",
    "quotes": '"/static/page.js" ="/static/x" price of btc', "breaks": "price\r\nof\rbtc\n\nevent: done\n\n",
}  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
async def test_a_strange_question_is_answered_on_every_surface_and_nothing_of_it_runs(web: Web, name: str) -> None:
    question = QUESTIONS[name]
    answer = await asked(web, question)
    assert answer["headline_plain"]
    for target in (f"/fragments/answers/{answer['id']}", f"/answers/{answer['id']}", f"/?q={quote(question)}"):
        got = await web.get(target)
        assert got.status == 200 or len(target) > 16_000, target
        assert "<script>alert" not in got.text
        assert "<b>btc" not in got.text
        assert 'href="javascript:' not in got.text
        assert "\x1b" not in got.text


async def test_a_browser_without_javascript_gets_the_answer(web: Web) -> None:
    got = await web.get("/?" + urlencode({"q": "what is btc doing today?"}))
    assert got.status == 200
    assert got.headers["content-type"] == "text/html; charset=utf-8"
    headline = re.search(r"<h2 id=\"head-([0-9a-f-]+)\".*?</h2>", got.text, re.DOTALL)
    assert headline is not None
    assert "Bitcoin is" in re.sub("<[^>]+>", "", headline[0])
    assert "SIMULATED" in headline[0]
    assert 'value="what is btc doing today?"' in got.text
    again = await web.get(f"/answers/{headline[1]}")
    assert headline[0].split("</a>")[0] in again.text
    assert "<script>" not in got.text  # everything inline would be refused by the policy
    assert " style=" not in re.sub(r"<svg.*?</svg>", "", got.text, flags=re.DOTALL)


async def test_the_first_screen_has_examples_history_and_a_watchlist(web: Web) -> None:
    await asked(web, "price of litecoin")
    got = await web.get("/")
    assert 'data-watch="BTC,ETH,SOL"' in got.text
    assert got.text.count("data-ask=") >= 4
    assert "price of litecoin" in got.text


async def test_another_sites_link_puts_a_question_and_has_nothing_run(web: Web) -> None:
    there = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    got = await web.ask("GET", "/?q=price+of+dogecoin", headers=there)
    assert got.status == 200
    assert 'value="price of dogecoin"' in got.text
    assert "head-" not in got.text


async def test_a_page_says_what_went_wrong(web: Web) -> None:
    got = await web.get("/answers/00000000-0000-7000-8000-000000000000")
    assert got.status == 404
    assert "No answer is kept under that id." in got.text
    assert (await web.get("/?q=btc&as_of=never")).status == 400
    assert (await web.get("/?colour=red")).status == 400


async def test_stored_answers_are_had_again_by_id_or_its_beginning(web: Web) -> None:
    answer = await asked(web, "price of solana")
    assert (await web.get(f"/v1/answers/{answer['id']}")).json()["id"] == answer["id"]
    assert (await web.get(f"/v1/answers/{answer['id'][:30]}")).json() == (
        await web.get(f"/v1/answers/{answer['id']}")
    ).json()
    assert (await web.get("/v1/answers/0")).kind in ("bad_input", "not_found")


async def test_why_leads_from_a_figure_to_the_providers_field(web: Web) -> None:
    answer = await asked(web, "price of ethereum")
    whole = (await web.get(f"/v1/answers/{answer['id']}/why")).json()
    assert "eth.price" in whole["shown"]
    one = (await web.get(f"/v1/answers/{answer['id']}/why?fact=eth.price")).json()
    assert one["shown"] == ["eth.price"]
    leaves = [fact for fact in one["facts"].values() if fact["path"]]
    assert leaves
    html = await web.get(f"/fragments/answers/{answer['id']}/why?fact=eth.price")
    assert leaves[0]["path"].split("?")[0] in html.text
    assert (await web.get(f"/v1/answers/{answer['id']}/why?fact=nothing")).status == 404
    assert (await web.get(f"/fragments/answers/{answer['id']}/why?fact=nothing")).kind == "not_found"


@pytest.mark.parametrize(
    ("kind", "begins"),
    [("json", b"{"), ("md", b"#"), ("csv", b""), ("svg", b"<svg"), ("png", b"\x89PNG")],
)
async def test_an_answer_is_exported(web: Web, kind: str, begins: bytes) -> None:
    answer = await asked(web, "chart of eth, 30 days")
    got = await web.get(f"/v1/answers/{answer['id']}/export.{kind}")
    assert got.status == 200
    assert got.body.lstrip().startswith(begins) or kind == "md"
    assert got.headers["content-disposition"].startswith("attachment; filename=")
    assert got.headers["content-type"].count("charset") <= 1
    shared = await web.get(f"/v1/answers/{answer['id']}/export.{kind}?share=true")
    assert shared.status == 200
    assert (await web.get(f"/v1/answers/{answer['id']}/export.{kind}?share=maybe")).status == 400


async def test_there_is_no_other_file(web: Web) -> None:
    answer = await asked(web, "btc?")
    for name in ("export.exe", "export", "import.json", "export.json.json"):
        assert (await web.get(f"/v1/answers/{answer['id']}/{name}")).status == 404


async def test_the_doctor_looks_at_every_source(world: World) -> None:
    got = await world.web.get("/doctor")
    assert got.status == 200
    for source in world.app.sources:
        assert source.spec.title in got.text
    assert got.body == (await world.web.get("/doctor")).body  # and is not asked again at once


async def test_static_files_last_under_their_version_and_are_asked_for_under_their_name(web: Web) -> None:
    page = (await web.get("/")).text
    named = re.search(r'href="(/static/[0-9a-f]{16}/page.css)"', page)
    assert named is not None
    lasting = await web.get(named[1])
    assert lasting.headers["cache-control"] == "public, max-age=31536000, immutable"
    plain = await web.get("/static/page.css")
    assert plain.body == lasting.body
    assert plain.headers["cache-control"] == "no-cache"
    assert (await web.get("/static/page.css", if_none_match=plain.headers["etag"])).status == 304
    packed = await web.get("/static/page.css", accept_encoding="gzip, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(plain.body)
    assert plain.headers["content-type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize("path", ["../views.py", "..%2fviews.py", "%2e%2e/views.py", "/etc/passwd", "", "nothing.js"])
async def test_nothing_but_the_pages_files_is_served(web: Web, path: str) -> None:
    assert (await web.get(f"/static/{path}")).status in (400, 404)


async def test_head_tells_what_get_would(web: Web) -> None:
    got = await web.ask("HEAD", "/")
    assert got.status == 200
    assert got.headers["content-type"] == "text/html; charset=utf-8"
    assert (await web.ask("HEAD", "/healthz")).status == 200


async def test_health_and_metrics(web: Web) -> None:
    assert (await web.get("/healthz")).json() == {"status": "ok"}
    await asked(web, "secret-holding btc?")
    got = await web.get("/metrics")
    assert got.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert got.text.endswith("# EOF\n")
    assert re.search(r'^mobius_http_requests_total\{route="v1/ask",status="200"\} \d+$', got.text, re.MULTILINE)
    assert "secret-holding" not in got.text


async def test_the_description_of_the_api_is_whole(world: World) -> None:
    got = (await world.web.get("/openapi.json")).json()
    assert got == json.loads(msgspec.json.encode(document(world.app)))
    assert got["openapi"].startswith("3.1")
    text = json.dumps(got)
    for reference in set(re.findall(r'"(#/[^"]+)"', text)):
        node: Any = got
        for part in reference[2:].split("/"):
            node = node[part]
    assert "$defs" not in text


async def test_the_examples_of_the_description_are_answered(world: World) -> None:
    described = document(world.app)
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            if method == "get" and "{" not in path:
                pairs = {p["name"]: p["example"] for p in operation.get("parameters", []) if "example" in p}
                pairs.pop("as_of", None)  # an empty history answers no_data, which is no example
                got = await world.web.get(f"{path}?{urlencode(pairs, doseq=True)}")
                assert got.status == 200, (path, pairs, got.text)
            for example in (
                operation.get("requestBody", {})
                .get("content", {})
                .get("application/json", {})
                .get("examples", {})
                .values()
            ):
                got = await world.web.post(path, example["value"])
                assert got.status == 200, (path, example)
                assert path == "/v1/ask" or got.json()["status"] in ("answered", "partial"), (path, example)

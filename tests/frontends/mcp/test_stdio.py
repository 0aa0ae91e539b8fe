"""`mobius mcp` as a process, driven by the official client over real pipes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from mobius.assistant.registry import tools

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES: dict[str, Any] = {
    "assets": ["BTC"], "amount": 2, "term": "impermanent loss", "topic": "impermanent loss", "text": "impermanent loss",
    "question": "what is btc doing", "protocols": ["aave", "lido"], "chains": ["ethereum"],
}  # fmt: skip
"""A value for each slot that some tool needs."""
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
ERAS: tuple[Literal["auto", "legacy"], ...] = ("auto", "legacy")


def environment(home: Path) -> dict[str, str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MOBIUS_")}
    return {**clean, "MOBIUS_HOME": str(home), "PYTHONPATH": str(ROOT)}


def line(method: str, request_id: int | None = None, **params: Any) -> bytes:
    message = {"jsonrpc": "2.0", "method": method, "params": params}
    return json.dumps(message if request_id is None else {**message, "id": request_id}).encode() + b"\n"


def run(home: Path, *lines: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "mobius", "mcp", "--sandbox"],
        input=b"".join(lines), capture_output=True, timeout=60, env=environment(home), check=False,
    )  # fmt: skip


@asynccontextmanager
async def connected(home: Path, mode: Literal["auto", "legacy"] = "auto") -> AsyncIterator[Client]:
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "mobius", "mcp", "--sandbox"], env=environment(home)
    )
    async with Client(stdio_client(command), mode=mode) as client:
        yield client


def example(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    shown = next((tool.tried_with for tool in tools().values() if tool.name.replace(" ", "_") == name), {})
    return {field: EXAMPLES[field] for field in schema["required"]} | dict(shown)


@pytest.mark.parametrize("mode", ERAS)
async def test_every_tool_answers_its_example_and_fits_its_schema(
    tmp_path: Path, mode: Literal["auto", "legacy"]
) -> None:
    async with connected(tmp_path, mode) as client:
        listed = (await client.list_tools()).tools
        names = {tool.name for tool in listed}
        assert names == {"ask"} | {name.replace(" ", "_") for name, tool in tools().items() if "mcp" in tool.surfaces}
        for tool in listed:
            result = await client.call_tool(tool.name, example(tool.name, tool.input_schema))
            assert not result.is_error, (tool.name, result.content)
            answer = result.structured_content
            assert tool.output_schema is not None
            Draft202012Validator(tool.output_schema).validate(answer)
            assert answer["status"] in ("answered", "partial"), (tool.name, answer["headline_plain"])
            assert answer["simulated"] is True
            assert getattr(result.content[0], "text", "").startswith("SIMULATED · ")


async def test_figures_come_as_facts_with_their_sources(tmp_path: Path) -> None:
    async with connected(tmp_path) as client:
        answer = (await client.call_tool("price", {"assets": ["BTC"]})).structured_content
    price = answer["facts"]["btc.price"]
    assert isinstance(price["value"], float)
    assert price["unit"] == "USD"
    parents = [answer["facts"][key] for key in price["derived_from"]]
    assert parents
    assert all("path" in fact or fact["derived_from"] for fact in parents)


async def test_bad_input_is_told_and_the_next_call_answers(tmp_path: Path) -> None:
    async with connected(tmp_path) as client:
        for arguments in ({"asset": "BTC"}, {"assets": ["no such coin"]}, {"assets": ["BTC"] * 60}, {}):
            result = await client.call_tool("price", arguments)
            if not result.is_error:  # sixty times the same is one
                continue
            assert set(result.structured_content["error"]) == {"kind", "message", "hint"}
        flood = await client.call_tool("ask", {"question": "\u202e<b>" * 20_000 + "\x1b[31m'; drop table answers;"})
        assert "\x1b" not in getattr(flood.content[0], "text", "")
        assert not (await client.call_tool("price", {"assets": ["BTC"]})).is_error


async def test_calls_at_once_each_get_their_own_answer(tmp_path: Path) -> None:
    assets = ("BTC", "ETH", "SOL")
    async with connected(tmp_path) as client:
        results = await asyncio.gather(*(client.call_tool("price", {"assets": [asset]}) for asset in assets))
    assert [result.structured_content["slots"]["assets"] for result in results] == [[asset] for asset in assets]


def test_the_end_of_stdin_ends_the_process_and_stdout_holds_the_protocol_alone(tmp_path: Path) -> None:
    done = run(
        tmp_path, b"no json at all\n", line("initialize", 1, **HELLO), b"\xff\xfe\n", line("notifications/initialized"),
        line("tools/call", 2, name="price", arguments={"assets": ["BTC"]}), line("tools/call", 3, name="nope"),
    )  # fmt: skip
    assert done.returncode == 0
    replies = {reply["id"]: reply for reply in map(json.loads, done.stdout.splitlines())}
    assert replies[1]["result"]["protocolVersion"] == "2025-11-25"
    assert replies[2]["result"]["structuredContent"]["headline_plain"].startswith("Bitcoin is $")
    assert replies[3]["error"]["code"] == -32602
    assert len(done.stdout.splitlines()) == 3


def test_a_client_that_says_nothing_leaves_nothing_behind(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_ctrl_c_ends_it_while_the_client_still_holds_on(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "mobius", "mcp", "--sandbox"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path),
    )  # fmt: skip
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(line("initialize", 1, **HELLO))
        process.stdin.flush()
        assert b"protocolVersion" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        assert process.stderr.read() == b""


def test_a_client_that_goes_away_is_no_error(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "mobius", "mcp", "--sandbox"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path),
    )  # fmt: skip
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(line("initialize", 1, **HELLO))
        process.stdin.flush()
        code = process.wait(20)
        assert code in (0, 141)
        assert b"bug" not in process.stderr.read()

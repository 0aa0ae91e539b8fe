"""The API against its own description, by requests that schemathesis makes up from it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.frontends.web.conftest import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")


@pytest.mark.slow
async def test_made_up_requests_find_no_server_error_and_no_undocumented_status(world: World, tmp_path: Path) -> None:
    report = tmp_path / "report"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "schemathesis.cli", "run", f"{world.web.address}/openapi.json",
        "--checks", ",".join(CHECKS), "--max-examples", "12", "--phases", "examples,coverage,fuzzing", "--mode", "all",
        "--seed", "7", "--request-timeout", "15", "--no-color", "--report", "junit", "--report-dir", str(report),
        "--generation-database", "none",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=tmp_path,
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), 300)
    assert process.returncode == 0, out.decode()[-6_000:]
    assert json.loads((await world.web.get("/openapi.json")).body)

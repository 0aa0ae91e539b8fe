"""The second cache tier as it is configured: found by the next process, refused where it cannot be, missed where it is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.valkey import Valkey
from mobius.app import open_app
from mobius.core.errors import BadParameter
from mobius.frontends.cli.opening import OpenRequest
from tests.cache.conftest import mortal  # noqa: F401


async def test_the_next_process_reads_there_first_and_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mortal: Valkey,  # noqa: F811
) -> None:
    monkeypatch.setattr("mobius.cache.shared.OPERATION_S", 5.0)
    monkeypatch.setenv("MOBIUS_REDIS_URL", mortal.url)
    request = OpenRequest(world="sandbox:7", home=tmp_path)
    async with open_app(request) as app:
        assert (await app.call("market", {})).status == "answered"
    async with open_app(request) as app:
        again = await app.call("market", {})
        assert "l2" in {fact.tier for fact in again.facts.values()}
        assert (app.cache.counts().l2 > 0, app.cache.counts().faults_l2) == (True, 0)
    mortal.kill()
    async with open_app(request) as app:
        assert (await app.call("market", {})).status == "answered"
        assert app.cache.counts().faults_l2 > 0


async def test_an_address_that_is_no_server_is_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOBIUS_REDIS_URL", "localhost:6379")
    with pytest.raises(BadParameter, match="MOBIUS_REDIS_URL"):
        async with open_app(OpenRequest(world="sandbox:7", home=tmp_path)):
            pass

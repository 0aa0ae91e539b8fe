"""One simulated world on a real socket for all tests of the web, and one with a hand-made application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from mobius.app import App, open_app
from mobius.frontends.cli.opening import OpenRequest
from mobius.frontends.web.serving import serving
from tests.frontends.web.wire import Web


@dataclass(frozen=True, slots=True)
class World:
    app: App
    web: Web


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with (
        open_app(OpenRequest(world="sandbox:7", home=tmp_path_factory.mktemp("home"))) as app,
        serving(app, port=0, every_s=0.05) as address,
    ):
        yield World(app, Web(address))


@pytest.fixture(scope="session")
def web(world: World) -> Web:
    return world.web

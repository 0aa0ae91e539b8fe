"""A scripted Http for sources, and the hand-written replies."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mobius.core.errors import MobiusError
from mobius.core.facts import Tier
from mobius.core.keeping import NOT_KEPT, Policy
from mobius.core.ports import Reply

NOW = datetime(2026, 11, 1, 11, 0, 5, tzinfo=UTC)
Route = Callable[[str, Mapping[str, str]], "Reply | bytes | MobiusError | None"]


class Provider:
    """Answers by the first route that knows the request; keeps what was asked."""

    def __init__(self, *routes: Route) -> None:
        self.routes = routes
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.kept: list[Policy] = []

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        return self._answer(path, dict(params or {}), keep)

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        return self._answer(path, {"body": body.decode()}, keep)

    def _answer(self, path: str, given: dict[str, str], keep: Policy) -> Reply:
        self.asked.append((path, given))
        self.kept.append(keep)
        for route in self.routes:
            answer = route(path, given)
            if isinstance(answer, MobiusError):
                raise answer
            if isinstance(answer, bytes):
                return reply(answer)
            if answer is not None:
                return answer
        raise AssertionError(f"nobody answers {path} {given}")


def reply(
    body: bytes,
    *,
    status: int = 200,
    date: datetime = NOW,
    tier: Tier = "origin",
    simulated: bool = False,
    headers: dict[str, str] | None = None,
) -> Reply:
    return Reply(
        status=status, body=body, url="http://x/", at=date, date=date, tier=tier, simulated=simulated,
        headers=headers or {"content-type": "application/json"},
    )  # fmt: skip


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def provider() -> Callable[..., Provider]:
    """Builds a Provider of routes; a route may be plain bytes or a Reply for everything."""

    def build(*routes: Route | bytes | Reply | MobiusError) -> Provider:
        return Provider(*(route if callable(route) else (lambda _p, _q, fixed=route: fixed) for route in routes))

    return build


@pytest.fixture
def make_reply() -> Callable[..., Reply]:
    return reply


@pytest.fixture(scope="session")
def written() -> Callable[[str], bytes]:
    """A hand-written reply by name."""
    folder = Path(__file__).parent / "recorded"
    return lambda name: (folder / f"{name}.json").read_bytes()


@pytest.fixture(scope="session")
def faults(written: Callable[[str], bytes]) -> dict[str, bytes]:
    """CoinGecko's shapes of a refusal, by name."""
    return {name: json.dumps(body).encode() for name, body in json.loads(written("coingecko_faults")).items()}

"""The providers' wire formats, one file each, found by walking this folder. Here: what such a file must offer.

A file follows its provider's published contract on its own, and never imports `mobius.sources`: what one gets wrong shows
in the other. It defines `PROVIDER` (or `PROVIDERS`, for several addresses alike); its handlers are pure functions of
(request, scene). Not here: sockets (server).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

import msgspec

from mobius.sandbox.limits import Limiter, Spent
from mobius.sandbox.world import SimulatedWorld

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The world at the instant of a request."""

    world: SimulatedWorld
    now: datetime

    @property
    def now_ms(self) -> int:
        return int(self.now.timestamp() * 1000)

    @property
    def now_s(self) -> int:
        return self.now_ms // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request. `path` is without the provider's prefix; header names are in lower case."""

    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    """What stood in the path at the `{names}` of the route."""
    body: bytes = b""
    """What was posted."""
    posted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the provider answers."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Handler: TypeAlias = Callable[[Ask, Scene], Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider: where it stands, what it answers, how often it may be asked."""

    name: str
    """As the source of the same provider is called."""
    prefix: str
    """What a base URL ends with: `/coingecko/api/v3`."""
    routes: Mapping[str, Handler]
    """By path below the prefix; `{name}` stands for one segment."""
    missing: Handler
    """Any other path."""
    limited: Callable[[Ask, Scene, Spent], Said]
    limiters: Mapping[str, Callable[[], Limiter]]
    """By plan."""
    posts: Mapping[str, Handler] = field(default_factory=dict)
    """Routes that are asked by POST."""
    plan: Callable[[Ask], str] = lambda ask: "free"
    weigh: Callable[[Ask], int] = lambda ask: 1
    mark: Callable[[Spent], Mapping[str, str]] = lambda spent: {}
    """Headers on every answer that tell how much is used."""

    def find(self, path: str, *, posted: bool = False) -> tuple[Handler, dict[str, str]]:
        """The handler of a path, and what stood at the route's names."""
        if posted:
            return self.posts.get(path, self.missing), {}
        if (handler := self.routes.get(path)) is not None:
            return handler, {}
        segments = path.split("/")
        for route, handler in self.routes.items():
            if (parts := _matched(route.split("/"), segments)) is not None:
                return handler, parts
        return self.missing, {}


def said(
    value: object,
    *,
    status: int = 200,
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Said:
    """An answer of JSON."""
    return Said(body=msgspec.json.encode(value), status=status, content_type=content_type, headers=headers or {})


def whole(text: str) -> int | None:
    """A whole number written in at most 20 plain digits, as every provider wants it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else None


class Providers(Mapping[str, Provider]):
    """Every provider of this folder by name. A file is loaded when one of its providers is asked for, all of them to list
    the names: a question about a price need not wait for what chains and agencies would say."""

    def __init__(self) -> None:
        self._files = sorted((module.name for module in pkgutil.iter_modules(__path__)), key=len, reverse=True)
        self._loaded: dict[str, dict[str, Provider]] = {}

    def __getitem__(self, name: str) -> Provider:
        file = next((file for file in self._files if f"{name}_".startswith(f"{file}_")), None)
        if file is None:
            raise KeyError(name)
        return self._load(file)[name]

    def __iter__(self) -> Iterator[str]:
        for file in sorted(self._files):
            yield from self._load(file)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _load(self, file: str) -> dict[str, Provider]:
        if file not in self._loaded:
            module = importlib.import_module(f"{__name__}.{file}")
            each: tuple[Provider, ...] = getattr(module, "PROVIDERS", None) or (module.PROVIDER,)
            self._loaded[file] = {provider.name: provider for provider in each}
        return self._loaded[file]


def providers() -> Mapping[str, Provider]:
    """Every provider of this folder, by name."""
    return Providers()


def _matched(route: list[str], segments: list[str]) -> dict[str, str] | None:
    if len(route) != len(segments):
        return None
    parts = {}
    for expected, given in zip(route, segments, strict=True):
        if expected.startswith("{") and given:
            parts[expected[1:-1]] = given
        elif expected != given:
            return None
    return parts

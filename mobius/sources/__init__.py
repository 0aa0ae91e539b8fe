"""The data sources: one endpoint family, one file. Here: `discover`, which finds them. Not here: caching, retries, votes.

A source is a module in a folder of this package, named as its SPEC, with `SPEC` and `OFFERS`: adding one is that file and
its test.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec import Struct

from mobius.core.facts import Sourced
from mobius.core.ports import Http
from mobius.core.sources import Need, SourceSpec


class Definition(Struct, frozen=True, kw_only=True):
    """A source as its file declares it, before it has an Http of its own."""

    spec: SourceSpec
    offers: Mapping[Need, Callable[[Any, Http], Awaitable[Sourced[Any]]]]


def discover() -> tuple[Definition, ...]:
    """Every source in the folders below, by name. A file without SPEC and OFFERS is a mistake and raises AttributeError."""
    found = []
    for folder in pkgutil.iter_modules(__path__, __name__ + "."):
        if not folder.ispkg:
            continue
        for info in pkgutil.iter_modules(importlib.import_module(folder.name).__path__, folder.name + "."):
            module = importlib.import_module(info.name)
            found.append(Definition(spec=module.SPEC, offers=module.OFFERS))
    return tuple(sorted(found, key=lambda definition: definition.spec.name))

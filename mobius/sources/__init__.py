"""The data sources: one endpoint family, one file. Here: `discover` and `folders`, which find them. Not here: caching, votes.

A source is a module in a folder of this package, named as its SPEC, with `SPEC` and `OFFERS`; one that serves several
addresses alike (the nodes of several chains) has `SPECS`, whose names begin with the module's, and where its fetches must
know which of them they ask, a function `offers(spec)` in place of `OFFERS`. Adding one is that file and its test. A folder's
`NEEDS` tells what is found inside, so that a question about a price loads no file about DeFi.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from mobius.core.facts import Sourced
from mobius.core.ports import Http
from mobius.core.sources import Need, SourceSpec


class Definition(Struct, frozen=True, kw_only=True):
    """A source as its file declares it, before it has an Http of its own."""

    spec: SourceSpec
    offers: Mapping[Need, Callable[[Any, Http], Awaitable[Sourced[Any]]]]


def folders() -> dict[str, tuple[Need, ...]]:
    """Each folder of sources and the needs that those inside serve."""
    found = {}
    for folder in pkgutil.iter_modules(__path__, __name__ + "."):
        if folder.ispkg:
            package = importlib.import_module(folder.name)
            found[folder.name.rpartition(".")[2]] = package.NEEDS
    return found


def discover(folder: str | None = None) -> tuple[Definition, ...]:
    """Every source of one folder, or of all, by name. A file without SPEC and OFFERS is a mistake and raises AttributeError."""
    names = (folder,) if folder is not None else tuple(folders())
    found = [definition for name in names for definition in _in(name)]
    return tuple(sorted(found, key=lambda definition: definition.spec.name))


def _in(folder: str) -> Iterator[Definition]:
    package = importlib.import_module(f"{__name__}.{folder}")
    for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        module = importlib.import_module(info.name)
        specs: tuple[SourceSpec, ...] = getattr(module, "SPECS", None) or (module.SPEC,)
        for spec in specs:
            yield Definition(spec=spec, offers=module.offers(spec) if hasattr(module, "offers") else module.OFFERS)

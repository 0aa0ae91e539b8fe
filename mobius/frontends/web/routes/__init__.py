"""The routes, one file a subject. A file that defines `handlers(site)` is enough to be served."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar.types import ControllerRouterHandler

    from mobius.frontends.web.site import Site


def all_handlers(site: Site) -> list[ControllerRouterHandler]:
    """Every route of every file in this folder."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    return [handler for module in modules for handler in module.handlers(site)]

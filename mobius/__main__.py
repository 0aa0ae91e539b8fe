"""The `mobius` command. Here: the process's entry. Everything else is built lazily from `app.py`."""

from __future__ import annotations

import sys
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from mobius.frontends.cli.main import run

if TYPE_CHECKING:
    from mobius.core.application import Application
    from mobius.frontends.cli.opening import OpenRequest


def main() -> None:
    sys.exit(run(sys.argv[1:], _open))


def _open(request: OpenRequest) -> AbstractAsyncContextManager[Application]:
    from mobius.app import open_app

    return open_app(request)


if __name__ == "__main__":
    main()

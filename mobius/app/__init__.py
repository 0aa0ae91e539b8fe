"""The composition root: settings, then wrappers, then services, then one application. The only place that knows everything.

Here: `open_app` and what it composes, a file each. Everything heavy is loaded when it is first used: a price answered from
the cache opens no database engine, no HTTP library and no array library, and imports no source but those of markets.
"""

from mobius.app.application import App
from mobius.app.opening import open_app

__all__ = ["App", "open_app"]

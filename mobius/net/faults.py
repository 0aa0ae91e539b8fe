"""What can go wrong on the way to a server, finer than the error tree. Here: the kinds that decide about a retry."""

from __future__ import annotations

from mobius.core.errors import SourceUnavailable


class ConnectionFault(SourceUnavailable):
    """No connection, or it broke before the whole reply had come: asking again is safe and may help."""


class TimedOut(SourceUnavailable):
    """Connected, and no whole reply in the time the source is given: asking again would only wait again."""

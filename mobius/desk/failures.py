"""What went wrong at each source, as plain rows for the answer. Here: one translation. Not here: retries (net)."""

from __future__ import annotations

from typing import Any

from mobius.core.desk import SourceFailure
from mobius.core.errors import MobiusError, NoData
from mobius.core.gather import Gathered


def failures_of(gathered: Gathered[Any], *, enough: bool = False) -> tuple[SourceFailure, ...]:
    """Name every source that failed, or was too slow unless the others were `enough`.

    A source that simply lists nothing of this has not failed; an error that is none of ours is a bug and raised on.
    """
    rows: list[SourceFailure] = []
    for name, error in gathered.failures.items():
        if not isinstance(error, MobiusError):
            raise error
        if not isinstance(error, NoData):
            rows.append(SourceFailure(source=name, kind=error.kind, message=error.message))
    if not enough:
        rows += [SourceFailure(source=name, kind="slow", message="did not answer in time") for name in gathered.late]
    return tuple(rows)

"""At least nine in ten of the recorded interactions with providers we support parse to the right values."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from pathlib import Path

import pytest

from tests.sources import contracts
from tests.sources.contracts import NotAsked, interactions

SERVICES = sorted(info.name for info in pkgutil.iter_modules(contracts.__path__))
LEAST = 0.9


@pytest.mark.parametrize("service", SERVICES)
def test_recorded_interactions_parse_to_the_right_values(service: str, shared_data: Path) -> None:
    check = importlib.import_module(f"{contracts.__name__}.{service}").check
    right, wrong, not_asked = 0, [], Counter[str]()
    for number, one in enumerate(interactions(shared_data, service)):
        try:
            check(one)
        except NotAsked as reason:
            not_asked[str(reason)] += 1
        except Exception as error:  # every kind of failure is counted, and told below
            wrong.append(f"{service}[{number}] {one.url[:90]}: {type(error).__name__}: {error}"[:300])
        else:
            right += 1
    if not (right or wrong or not_asked):
        pytest.skip(f"{service}.jsonl.gz is not among the recorded data")
    assert right, not_asked
    assert right / (right + len(wrong)) >= LEAST, "\n".join(wrong)

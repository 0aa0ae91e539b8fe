"""Fixtures every room's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None)  # a busy machine is no finding
settings.load_profile("house")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recorded market data that stands beside a developer's checkout; read in place, never copied."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the recorded data folder is not beside this checkout")
    return SHARED_DATA

"""Routescan, recorded: it speaks Etherscan's form, and our parse of that form reads it."""

from __future__ import annotations

from tests.sources.chain_checks import check_envelope
from tests.sources.contracts import Interaction


def check(one: Interaction) -> None:
    check_envelope(one, "etherscan", "Etherscan")

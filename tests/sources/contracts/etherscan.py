"""Etherscan V2, recorded: its envelopes, and calls of nodes that it passes on."""

from __future__ import annotations

from tests.sources.chain_checks import check_envelope
from tests.sources.contracts import Interaction


def check(one: Interaction) -> None:
    check_envelope(one, "etherscan", "Etherscan")

"""Nodes of several chains, recorded: one question each."""

from __future__ import annotations

from tests.sources.chain_checks import check_call
from tests.sources.contracts import Interaction, NotAsked


def check(one: Interaction) -> None:
    method = one.asked()["method"]
    if method == "net_version":
        raise NotAsked("net_version: eth_chainId tells it for certain")
    check_call(one.body, one.raw(), method, "rpc_ethereum")

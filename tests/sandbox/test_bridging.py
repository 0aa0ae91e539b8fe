"""Bridges of the simulated world: one model behind two wires, refusals as they are documented."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mobius.sandbox.clock import BIRTH
from mobius.sandbox.wire import Ask, Said, Scene, providers
from mobius.sandbox.world import SimulatedWorld

USDC = {"1": "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "8453": "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"}


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(world=SimulatedWorld(7), now=BIRTH)


def ask(scene: Scene, provider: str, path: str, **params: str) -> Said:
    handler, parts = providers()[provider].find(path)
    return handler(Ask(path=path, params=params, parts=parts), scene)


def quote(scene: Scene, start: str, end: str, amount: int) -> Said:
    return ask(scene, "lifi", "/quote", fromChain=start, toChain=end, fromToken=USDC.get(start, "0x1"),
               toToken=USDC.get(end, "0x1"), fromAmount=str(amount), fromAddress="0xdead")  # fmt: skip


def fees(scene: Scene, start: str, end: str, amount: int) -> Said:
    return ask(scene, "across", "/suggested-fees", inputToken=USDC.get(start, "0x1"), outputToken=USDC.get(end, "0x1"),
               originChainId=start, destinationChainId=end, amount=str(amount))  # fmt: skip


def read(answer: Said) -> Any:
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


@pytest.mark.parametrize("amount", [10_000_000, 10_000_000_000, 5_000_000_000_000])
def test_both_wires_tell_of_one_bridge(scene: Scene, amount: int) -> None:
    across = read(fees(scene, "1", "8453", amount))
    taken = int(across["totalRelayFee"]["total"])
    assert 0 < taken < amount
    assert abs(int(across["totalRelayFee"]["pct"]) / 1e18 - taken / amount) < 1e-9
    best = read(quote(scene, "1", "8453", amount))["estimate"]
    assert int(best["toAmount"]) >= amount - taken, "the best of all bridges is no worse than one of them"
    assert int(best["toAmountMin"]) < int(best["toAmount"]) < amount
    assert float(best["gasCosts"][0]["amountUSD"]) > 0


def test_back_to_ethereum_costs_more(scene: Scene) -> None:
    there, back = (
        int(read(fees(scene, *way, 10_000_000))["totalRelayFee"]["total"]) for way in (("1", "8453"), ("8453", "1"))
    )
    assert back > there


def test_refusals(scene: Scene) -> None:
    assert quote(scene, "1", "1", 10**6).status == 404
    assert quote(scene, "1", "999999", 10**6).status == 404
    assert quote(scene, "1", "8453", 0).status == 400
    assert ask(scene, "lifi", "/quote", fromChain="1").status == 400
    assert fees(scene, "1", "777", 10**6).status == 400
    assert ask(scene, "across", "/suggested-fees", amount="-5").status == 400
    assert read(fees(scene, "8453", "1", 100))["isAmountTooLow"] is True

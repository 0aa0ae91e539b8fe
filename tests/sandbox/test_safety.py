"""GoPlus and Honeypot.is: one says fractions as text, the other percent as numbers, of the same token."""

from __future__ import annotations

import pytest

from mobius.sandbox.scams import suspect_of
from mobius.sandbox.world import SimulatedWorld

from .conftest import Caller

USDC = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"
ADDRESSES = [f"0x{n:040x}" for n in range(1000, 1060)]


def test_both_see_the_same_token(get: Caller, world: SimulatedWorld) -> None:
    traps = 0
    for address in ADDRESSES:
        seen = suspect_of(world, "ethereum", address)
        plus = get("goplus", "/api/v1/token_security/1", contract_addresses=address).json
        other = get("honeypot", "/v2/IsHoneypot", address=address, chainID=1)
        if seen is None:
            assert (plus["code"], plus["result"], other.status) == (1, {}, 404)
            continue
        row, verdict = plus["result"][address], other.json
        assert verdict["simulationSuccess"] is seen.open_source
        if not seen.open_source:
            assert "is_honeypot" not in row
            assert "honeypotResult" not in verdict
            continue
        assert (row["is_honeypot"] == "1") == verdict["honeypotResult"]["isHoneypot"]
        assert float(row["sell_tax"]) * 100 == pytest.approx(verdict["simulationResult"]["sellTax"])
        traps += seen.honeypot
    assert traps > 1


def test_known_tokens_are_clean_and_faults_come_with_a_code(get: Caller) -> None:
    row = get("goplus", "/api/v1/token_security/1", contract_addresses=USDC.upper().replace("X", "x")).json["result"][
        USDC
    ]
    assert (row["is_honeypot"], row["sell_tax"], row["trust_list"]) == ("0", "0", "1")
    for chain, address in (("99", USDC), ("1", "0x12"), ("1", f"{USDC},{USDC}")):
        answer = get("goplus", f"/api/v1/token_security/{chain}", contract_addresses=address)
        assert (answer.status, answer.json["result"]) == (200, None)
        assert answer.json["code"] != 1
    assert get("honeypot", "/v2/IsHoneypot", address="0x12").status == 400

"""JSON-RPC of the simulated chains, the Comets behind it, and Bitcoin's fees."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from mobius.language.keccak import keccak256
from mobius.sandbox.clock import FrozenClock
from mobius.sandbox.server import SandboxServer

from .conftest import SEED, Caller

USDC = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
COMET = "0xc3d688B66703497DAA19211EEdff47f25384cdc3"
MULTICALL = "0xcA11bde05977b3631167028862bE2a173976CA11"


def ask(get: Caller, source: str, method: str, *params: object) -> Any:
    return send(get, source, {"jsonrpc": "2.0", "id": 7, "method": method, "params": params})


def send(get: Caller, source: str, body: object) -> Any:
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return get.url(get.server.base_url(source), method="POST", body=raw).json


def selector(signature: str) -> str:
    return "0x" + keccak256(signature.encode())[:4].hex()


def call(get: Caller, source: str, to: str, signature: str, *words: int) -> int:
    data = selector(signature) + "".join(f"{word:064x}" for word in words)
    return int(ask(get, source, "eth_call", {"to": to, "data": data}, "latest")["result"], 16)


@pytest.mark.parametrize(
    ("chain", "number"), [("ethereum", 1), ("polygon", 137), ("arbitrum", 42161), ("optimism", 10), ("base", 8453)]
)
def test_a_node_names_its_chain(get: Caller, chain: str, number: int) -> None:
    assert ask(get, f"rpc_{chain}", "eth_chainId") == {"jsonrpc": "2.0", "id": 7, "result": hex(number)}
    assert int(ask(get, f"rpc_{chain}", "eth_gasPrice")["result"], 16) > 0


def test_blocks_come_every_twelve_seconds() -> None:
    clock = FrozenClock()
    with SandboxServer.start(SEED, clock, limited=False) as server:
        get = Caller(server)
        before = int(ask(get, "rpc_ethereum", "eth_blockNumber")["result"], 16)
        clock.advance(120)
        after = int(ask(get, "rpc_ethereum", "eth_blockNumber")["result"], 16)
        assert after - before == 10
        block = ask(get, "rpc_ethereum", "eth_getBlockByNumber", "latest", False)["result"]
        assert 0 <= clock.now().timestamp() - int(block["timestamp"], 16) < 12
        older = ask(get, "rpc_ethereum", "eth_getBlockByNumber", hex(after - 1), False)["result"]
        assert block["parentHash"] == older["hash"]
        assert ask(get, "rpc_ethereum", "eth_getBlockByNumber", hex(after + 1), False)["result"] is None


def test_the_next_base_fee_follows_from_the_gas_used(get: Caller) -> None:
    history = ask(get, "rpc_ethereum", "eth_feeHistory", 50, "latest", [10, 50, 90])["result"]
    fees = [int(fee, 16) for fee in history["baseFeePerGas"]]
    assert (len(fees), len(history["gasUsedRatio"]), len(history["reward"])) == (51, 50, 50)
    for before, after, used in zip(fees[:-1], fees[1:], history["gasUsedRatio"], strict=True):
        assert after == pytest.approx(before * (1 + (used - 0.5) / 0.5 / 8), rel=1e-3)
    for low, middle, high in history["reward"]:
        assert int(low, 16) <= int(middle, 16) <= int(high, 16)


def test_many_are_answered_at_once_and_faults_have_codes(get: Caller) -> None:
    both = send(
        get, "rpc_base", [{"jsonrpc": "2.0", "id": n, "method": m} for n, m in enumerate(("eth_chainId", "eth_no"))]
    )
    assert (both[0]["result"], both[1]["error"]["code"]) == ("0x2105", -32601)
    assert send(get, "rpc_base", b"{")["error"]["code"] == -32700
    assert send(get, "rpc_base", [])["error"]["code"] == -32600
    assert send(get, "rpc_base", {"id": 1})["error"]["code"] == -32600
    assert ask(get, "rpc_base", "eth_feeHistory", "many", "latest", [])["error"]["code"] == -32602
    assert ask(get, "rpc_base", "eth_feeHistory", 4, "latest", [90, 10])["error"]["code"] == -32602
    assert ask(get, "rpc_base", "eth_getBalance", "0x12", "latest")["error"]["code"] == -32602
    assert ask(get, "rpc_base", "eth_call", {"to": USDC}, hex(10**12))["error"]["code"] == -32000


def test_tokens_tell_their_supply_and_refuse_what_they_do_not_know(get: Caller) -> None:
    assert call(get, "rpc_ethereum", USDC, "decimals()") == 6
    held = get("defillama_stablecoins", "/stablecoins").json["peggedAssets"][1]["chainCirculating"]["Ethereum"][
        "current"
    ]
    assert call(get, "rpc_ethereum", USDC, "totalSupply()") / 1e6 == pytest.approx(held["peggedUSD"], rel=1e-4)
    reverted = ask(get, "rpc_ethereum", "eth_call", {"to": USDC, "data": "0xdeadbeef"}, "latest")["error"]
    assert (reverted["code"], reverted["data"]) == (3, "0x")
    assert ask(get, "rpc_ethereum", "eth_call", {"to": "0x" + "11" * 20, "data": "0x"}, "latest")["result"] == "0x"
    assert ask(get, "rpc_ethereum", "eth_getCode", USDC, "latest")["result"].startswith("0x6080")
    assert ask(get, "rpc_ethereum", "eth_getCode", "0x" + "11" * 20, "latest")["result"] == "0x"


def test_several_calls_go_as_one(get: Caller) -> None:
    def row(to: str) -> str:
        return f"{int(to, 16):064x}{1:064x}{96:064x}{4:064x}{selector('totalSupply()')[2:]}{'00' * 28}"

    rows = [row(USDC), row(COMET), row(MULTICALL)]
    places = [32 * 3 + 160 * place for place in range(3)]
    data = selector("aggregate3((address,bool,bytes)[])") + f"{32:064x}{3:064x}"
    data += "".join(f"{place:064x}" for place in places) + "".join(rows)
    answer = ask(get, "rpc_ethereum", "eth_call", {"to": MULTICALL, "data": data}, "latest")["result"]
    words = [int(answer[2 + 64 * n : 66 + 64 * n], 16) for n in range((len(answer) - 2) // 64)]
    assert words[:2] == [32, 3]
    first, last = 2 + words[2] // 32, 2 + words[4] // 32
    assert (words[first], words[first + 2], words[first + 3]) == (
        1,
        32,
        call(get, "rpc_ethereum", USDC, "totalSupply()"),
    )
    assert (words[last], words[last + 2]) == (0, 0)
    broken = ask(get, "rpc_ethereum", "eth_call", {"to": MULTICALL, "data": data[:200]}, "latest")
    assert broken["error"]["code"] == 3


def test_a_comet_pays_suppliers_less_than_borrowers_pay(get: Caller) -> None:
    used = call(get, "compound_ethereum", COMET, "getUtilization()")
    supply, borrow = (
        call(get, "compound_ethereum", COMET, f"get{kind}Rate(uint256)", used) for kind in ("Supply", "Borrow")
    )
    assert supply == pytest.approx(borrow * used / 1e18 * 0.88, rel=1e-6)
    lent, put = (call(get, "compound_ethereum", COMET, name) for name in ("totalBorrow()", "totalSupply()"))
    assert lent / put == pytest.approx(used / 1e18, rel=1e-6)
    assert call(get, "compound_ethereum", COMET, "baseToken()") == int(USDC, 16)
    row = next(
        row
        for row in get("defillama_yields", "/pools").json["data"]
        if (row["project"], row["chain"], row["symbol"]) == ("compound-v3", "Ethereum", "USDC")
    )
    assert supply * 31_536_000 / 1e16 == pytest.approx(row["apyBase"], abs=0.15)


def test_layer_twos_tell_what_ethereum_costs_them(get: Caller) -> None:
    oracle, length = "0x420000000000000000000000000000000000000F", 180
    data = selector("getL1Fee(bytes)") + f"{32:064x}{length:064x}" + "11" * 192
    fee = int(ask(get, "rpc_base", "eth_call", {"to": oracle, "data": data}, "latest")["result"], 16)
    assert 0 < fee < 10**15
    assert call(get, "rpc_optimism", oracle, "l1BaseFee()") == int(
        ask(get, "rpc_ethereum", "eth_feeHistory", 1, "latest", [])["result"]["baseFeePerGas"][0], 16
    )


def test_arbitrum_tells_what_data_costs_it(get: Caller) -> None:
    node, arguments = "0x00000000000000000000000000000000000000C8", f"{1:064x}{0:064x}{96:064x}{60:064x}" + "11" * 64
    said = ask(get, "rpc_arbitrum", "eth_call", {"to": node, "data": selector("gasEstimateL1Component(address,bool,bytes)") +
               arguments}, "latest")["result"]  # fmt: skip
    gas, base_fee, l1_fee = (int(said[at : at + 64], 16) for at in (2, 66, 130))
    assert len(said) == 2 + 3 * 64
    assert 0 < gas * base_fee < 10**15
    assert l1_fee == call(get, "rpc_base", "0x420000000000000000000000000000000000000F", "l1BaseFee()")


def test_a_chains_own_bridge_holds_what_stands_on_the_chain(get: Caller) -> None:
    def held(token: str, owner: str) -> int:
        return call(get, "rpc_ethereum", token, "balanceOf(address)", int(owner, 16))

    dai, dai_on_base = "0x6B175474E89094C44Da98b954EedeAC495271d0F", "0x50c5725949A6F0c72E6C4a641F24049A917DB0Cb"
    bridge, portal = "0x3154Cf16ccdb4C6d922629664174b904d80F2C35", "0x49048044D57e1C92A77f79988d21Fa8fAF74E97e"
    assert held(dai, bridge) == pytest.approx(call(get, "rpc_base", dai_on_base, "totalSupply()"), rel=1e-5)
    assert held(dai, portal) == 0
    usdc_on_polygon = call(get, "rpc_polygon", "0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174", "totalSupply()")
    assert held(USDC, "0x40ec5B33f54e0E8A33A975908C5BA1c14e5BbbDf") == pytest.approx(usdc_on_polygon, rel=1e-5)
    ether = int(ask(get, "rpc_ethereum", "eth_getBalance", portal, "latest")["result"], 16)
    assert ether == call(get, "rpc_ethereum", MULTICALL, "getEthBalance(address)", int(portal, 16))
    assert ether > call(get, "rpc_base", "0x4200000000000000000000000000000000000006", "totalSupply()")
    assert int(ask(get, "rpc_ethereum", "eth_getBalance", bridge, "latest")["result"], 16) == 0
    assert int(ask(get, "rpc_base", "eth_getBalance", portal, "latest")["result"], 16) != ether


def test_bitcoin_fees_fall_with_patience(get: Caller) -> None:
    fees = get("mempool", "/v1/fees/recommended").json
    order = [fees[name] for name in ("fastestFee", "halfHourFee", "hourFee", "economyFee", "minimumFee")]
    assert order == sorted(order, reverse=True)
    assert order[-1] >= 1
    assert 900_000 < int(get("mempool", "/blocks/tip/height").body) < 1_100_000

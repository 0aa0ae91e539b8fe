"""Each need of each chain source reads a reply as its provider writes it, and whatever is put in that reply's place ends in
figures or in an error of ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mobius.core import chain_needs as asked
from mobius.core import explorer_needs as wanted
from mobius.core.errors import MobiusError
from mobius.core.facts import Sourced
from mobius.core.sources import Need
from mobius.sandbox.world import SimulatedWorld
from mobius.sources import Definition, discover, multicall
from tests.sources.conftest import Provider, reply
from tests.sources.spoiling import Simulated, spoilt

WHO, TOKEN, HASH, EXECUTION = "0x" + "ab" * 20, "0x" + "c0" * 20, "0x" + "5e" * 32, "01K9ZZZZZZZZZZZZ"
WHEN, AT = "2026-10-01T10:00:00Z", datetime(2026, 10, 1, tzinfo=UTC)
SUBGRAPH = "5zvR82QoaXYFyDEKLZ9t6v9adgnptxYpKpSbxtgVENFV"
DATA = "0x" + (multicall.word(1_000) + multicall.word(7) + multicall.word(1)).hex()
MULTI = "0x" + b"".join(
    multicall.word(n) for n in (32, 1, 32, 1, 64, 0)
).hex()  # one call that gave nothing back  # fmt: skip
RESULTS: dict[str, Any] = {
    "eth_blockNumber": "0x10", "eth_gasPrice": "0x3b9aca00", "eth_getLogs": [
        {"address": TOKEN, "topics": [HASH], "data": "0x01", "blockNumber": "0x5", "transactionHash": HASH, "logIndex": "0x1"}],
    "eth_feeHistory": {"oldestBlock": "0x1", "baseFeePerGas": ["0x5", "0x6"], "gasUsedRatio": [0.4],
                       "reward": [["0x1", "0x2", "0x3"]]},
    "alchemy_getAssetTransfers": {"transfers": [
        {"blockNum": "0x10", "hash": HASH, "from": WHO, "to": TOKEN, "value": 1.5, "asset": "TKN", "category": "erc20",
         "rawContract": {"value": "0x16e360", "address": TOKEN, "decimal": "0x6"}, "metadata": {"blockTimestamp": WHEN}}],
        "pageKey": "x"},
    "alchemy_getTokenBalances": {"address": WHO, "tokenBalances": [{"contractAddress": TOKEN, "tokenBalance": "0x05"},
                                                                  {"contractAddress": WHO, "tokenBalance": "0x00"}]},
}  # fmt: skip
TX = {"blockNumber": "5", "timeStamp": "1793000000", "hash": HASH, "from": WHO, "to": TOKEN, "value": "5", "gas": "1",
      "gasPrice": "2", "gasUsed": "1", "isError": "0", "contractAddress": TOKEN,
      "tokenSymbol": "TKN", "tokenDecimal": "6"}  # fmt: skip
FORMED: dict[str, Any] = {
    "txlist": [TX], "tokentx": [TX], "balance": "5", "tokensupply": "9", "getblocknobytime": "7",
    "getLogs": RESULTS["eth_getLogs"],
    "txsBeaconWithdrawal": [
        {"withdrawalIndex": "1", "validatorIndex": "2", "amount": "3", "blockNumber": "4", "timestamp": "1793000000"}],
    "gasoracle": {"LastBlock": "1", "SafeGasPrice": "0.4", "ProposeGasPrice": "0.5", "FastGasPrice": "0.6"},
    "getsourcecode": [{"SourceCode": "contract A {}", "ABI": "[]", "ContractName": "A", "CompilerVersion": "v0.8"}],
    "getcontractcreation": [{"contractAddress": TOKEN, "contractCreator": WHO, "txHash": HASH}],
}  # fmt: skip
PARTY = {"hash": WHO, "name": "Somebody", "is_contract": False}
MOVED = {"from": PARTY, "to": {"hash": TOKEN}, "token": {"address_hash": TOKEN, "symbol": "TKN", "decimals": "6"},
         "total": {"value": "10"}, "transaction_hash": HASH, "block_number": 5, "timestamp": WHEN}  # fmt: skip
BODIES: dict[str, Any] = {
    "/balances_v2/": {"data": {"quote_currency": "USD", "items": [
        {"contract_address": TOKEN, "balance": "5", "contract_decimals": 6, "quote_rate": 2.5, "quote": 3.5, "is_spam": False},
        {"contract_address": WHO, "balance": "0"}]}, "error": False, "error_message": None, "error_code": None},
    "/transfers_v2/": {"data": {"items": [{"tx_hash": HASH, "block_height": 5, "block_signed_at": WHEN, "transfers": [
        {"from_address": WHO, "to_address": TOKEN, "contract_address": TOKEN, "delta": "7", "delta_quote": 1.5}]}],
        "pagination": {"has_more": True}}, "error": False},
    "/token_holders_v2/": {"data": {"items": [{"address": WHO, "balance": "25", "total_supply": "200"}]}, "error": False},
    "/transactions/": {"hash": HASH, "from": PARTY, "to": PARTY, "value": "5", "block_number": 5, "timestamp": WHEN,
                       "gas_used": "1", "fee": {"value": "7"}, "status": "ok", "raw_input": "0x"},
    "/withdrawals": {"items": [{"index": 1, "validator_index": 2, "amount": "3", "block_number": 4, "timestamp": WHEN}]},
    "/holders": {"items": [{"address": PARTY, "value": "5"}]},
    "/api/v2/tokens/": {"items": [MOVED]},
    "/smart-contracts/": {"name": "A", "is_verified": True, "abi": [], "source_code": "A", "file_path": "a.sol"},
    "/api/v2/addresses/": {"creator_address_hash": WHO, "creation_transaction_hash": HASH},
    "/v2/contract/": {"match": "exact_match", "abi": [], "sources": {"a.sol": {"content": "A"}},
                      "compilation": {"name": "A", "language": "Solidity", "compilerVersion": "0.8"},
                      "proxyResolution": {"isProxy": True, "proxyType": "EIP1967Proxy", "implementations": [{"address": WHO}]}},
    "/price": {"usdPrice": 1.25, "tokenSymbol": "TKN", "24hrPercentChange": "-2.5", "pairTotalLiquidityUsd": "9",
               "possibleSpam": True},
    "/transfers": {"cursor": "next", "result": [
        {"transaction_hash": HASH, "address": TOKEN, "from_address": WHO, "to_address": TOKEN, "value": "5",
         "block_number": "6", "block_timestamp": WHEN, "token_decimals": "6", "from_address_entity": "Exchange"}]},
    "/owners": {"result": [{"owner_address": WHO, "balance": "5", "percentage_relative_to_total_supply": 12.5}]},
    "/dateToBlock": {"block": 5, "block_timestamp": WHEN},
    "/wallets/": {"result": [{"token_address": TOKEN, "balance": "5", "decimals": 6, "usd_price": 2, "usd_value": 3,
                              "possible_spam": False},
                             {"token_address": WHO, "native_token": True, "balance": "9"}]},
    "/sql/execute": {"execution_id": EXECUTION, "state": "QUERY_STATE_PENDING"},
    "/subgraphs/id/": {"data": {"_meta": {"block": {"number": 5, "timestamp": 1793000000}, "hasIndexingErrors": False},
                                "pools": []}},
    "/token_security/": {"code": 1, "message": "OK", "result": {TOKEN: {"is_proxy": "1", "is_mintable": "", "buy_tax": "0.05",
                         "holder_count": "7", "owner_address": "", "creator_percent": "0.01"}}},
    "/v2/IsHoneypot": {"simulationSuccess": True, "honeypotResult": {"isHoneypot": False}, "summary": {"risk": "low"},
                       "simulationResult": {"buyTax": 0, "sellTax": 5, "transferTax": 0}, "token": {"totalHolders": 4}},
    "/tokens/by-address": {"data": [{"prices": [{"currency": "usd", "value": "1.5", "lastUpdatedAt": WHEN}]}]},
    "/tokens/historical": {"currency": "usd", "data": [{"value": "1.5", "timestamp": WHEN}]},
    "/fees/recommended": {"fastestFee": 5, "halfHourFee": 4, "hourFee": 3, "economyFee": 2, "minimumFee": 1},
    "/tip/height": 900_000,
}  # fmt: skip
"""Hand-written replies, by a part of the path; the first that fits."""
IDS = {"ethereum": 1, "polygon": 137, "arbitrum": 42_161, "optimism": 10, "base": 8_453, "bsc": 56, "avalanche": 43_114}


def queries(chain: str) -> dict[Need, Any]:
    return {
        "rpc": asked.RpcQuery(chain=chain, calls=(asked.BlockNumber(), asked.GasPrice())),
        "fee_history": asked.FeeHistoryQuery(chain=chain),
        "multicall": asked.MulticallQuery(chain=chain, calls=(asked.Call(TOKEN, b""),)),
        "logs": asked.LogsQuery(chain=chain, address=TOKEN, from_block=1, to_block=9, most_requests=3),
        "data_fee": asked.DataFeeQuery(chain=chain, transactions=(b"x",)),
        "bitcoin_fees": asked.BitcoinFeesQuery(),
        "gas_oracle": wanted.GasOracleQuery(chain=chain),
        "native_balance": wanted.NativeBalanceQuery(chain=chain, address=WHO),
        "account_history": wanted.AccountHistoryQuery(chain=chain, address=WHO),
        "transaction": wanted.TransactionQuery(chain=chain, hash=HASH),
        "withdrawals": wanted.WithdrawalsQuery(chain=chain, address=WHO),
        "block_at": wanted.BlockAtQuery(chain=chain, at=AT),
        "verified_source": wanted.VerifiedSourceQuery(chain=chain, address=TOKEN),
        "contract_origin": wanted.ContractOriginQuery(chain=chain, address=TOKEN),
        "token_transfers": wanted.TokenTransfersQuery(chain=chain, address=WHO, token=TOKEN),
        "token_holders": wanted.TokenHoldersQuery(chain=chain, token=TOKEN),
        "token_balances": wanted.TokenBalancesQuery(chain=chain, address=WHO),
        "token_supply": wanted.TokenSupplyQuery(chain=chain, token=TOKEN),
        "token_price": wanted.TokenPriceQuery(chain=chain, token=TOKEN),
        "token_price_history": wanted.TokenPriceHistoryQuery(chain=chain, token=TOKEN, start=AT, end=AT),
        "token_security": wanted.TokenSecurityQuery(chain=chain, token=TOKEN),
        "honeypot": wanted.HoneypotQuery(chain=chain, token=TOKEN),
        "sql": wanted.SqlQuery(template="large_transfers", chain=chain, since=AT),
        "subgraph": wanted.SubgraphQuery(subgraph=SUBGRAPH, query="{_meta{block{number timestamp}}}"),
    }


class Written:
    """Answers as the provider of one source does; `spoil` puts something else in a reply's place."""

    def __init__(self, chain: str) -> None:
        self.chain = chain
        self.spoil: Callable[[bytes], bytes] = lambda body: body

    def __call__(self, path: str, given: Mapping[str, str]) -> bytes:
        return self.spoil(json.dumps(self._said(path, given)).encode())

    def _said(self, path: str, given: Mapping[str, str]) -> Any:
        if "jsonrpc" in given.get("body", ""):
            body = json.loads(given["body"])
            rows = [self._call(one) for one in (body if isinstance(body, list) else [body])]
            return rows if isinstance(body, list) else rows[0]
        if given.get("module") == "proxy":
            return {"jsonrpc": "2.0", "id": 1, "result": RESULTS[given["action"]]}
        if "action" in given:
            return {"status": "1", "message": "OK", "result": FORMED[given["action"]]}
        return next(body for part, body in BODIES.items() if part in path)

    def _call(self, question: Any) -> Any:
        method = question["method"]
        result = RESULTS.get(method)
        if method == "eth_chainId":
            result = hex(IDS[self.chain])
        elif method == "eth_call":
            result = MULTI if question["params"][0]["to"] == multicall.ADDRESS else DATA
        return {"jsonrpc": "2.0", "id": question["id"], "result": result}


async def _asked(definition: Definition, need: Need, query: Any, http: Any) -> Sourced[Any]:
    return await definition.offers[need](query, http)


CASES = [
    (one, need)
    for one in discover("chain")
    for need in one.offers
    if one.spec.family in ("", "rpc", "alchemy") and one.spec.chain not in ("polygon", "optimism", "bsc", "avalanche")
]


@pytest.fixture(scope="module", params=CASES, ids=[f"{one.spec.name} {need}" for one, need in CASES])
def case(request: pytest.FixtureRequest) -> tuple[Written, Callable[[], Sourced[Any]]]:
    """A provider, and how the source is asked of it."""
    definition: Definition = request.param[0]
    need: Need = request.param[1]
    chain = definition.spec.chain or "ethereum"
    written = Written(chain)
    query = queries("ethereum" if chain == "bitcoin" else chain)[need]

    def ask() -> Sourced[Any]:
        return asyncio.run(_asked(definition, need, query, Provider(written)))

    return written, ask


Case = tuple[Written, Callable[[], Sourced[Any]]]


def test_each_need_reads_what_its_provider_writes(case: Case, request: pytest.FixtureRequest) -> None:
    written, ask = case
    written.spoil = lambda body: body
    got = ask()
    assert got.source == request.node.callspec.params["case"][0].spec.name
    assert got.endpoint.startswith("/")
    assert got.value


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_a_spoilt_reply_is_never_a_crash(case: Case, data: st.DataObject) -> None:
    written, ask = case
    written.spoil = lambda body: spoilt(body, data)
    try:
        got = ask()
    except MobiusError as error:
        assert error.message
        assert len(error.message) < 600
    else:
        assert isinstance(got, Sourced)


@pytest.mark.parametrize("status", [401, 403, 404, 418, 429, 451, 500, 503])
@pytest.mark.parametrize("body", [b"", b"<html>no</html>", b'{"message":"no"}', b'{"error":{"message":"no"}}', b"[]"])
def test_no_status_but_success_gives_figures(status: int, body: bytes) -> None:
    answers: list[str] = []
    for definition, need in CASES:
        chain = definition.spec.chain or "ethereum"
        query = queries("ethereum" if chain == "bitcoin" else chain)[need]
        http: Any = Provider(lambda *_: reply(body, status=status))
        try:
            asyncio.run(_asked(definition, need, query, http))
        except MobiusError:
            continue
        answers.append(f"{definition.spec.name} {need}")
    assert answers == []


# ------------------------------------------------------------------------------------------------- a simulated world

SPOKEN = [
    (one, need)
    for one in discover("chain")
    for need in ("fee_history", "data_fee", "bitcoin_fees")
    if need in one.offers and one.spec.name != "rpc_arbitrum"
]


@pytest.fixture(scope="module")
def world() -> SimulatedWorld:
    return SimulatedWorld(7)


@pytest.mark.parametrize(("definition", "need"), SPOKEN, ids=[f"{one.spec.name} {need}" for one, need in SPOKEN])
def test_a_source_reads_what_its_simulated_provider_says(
    definition: Definition, need: Need, world: SimulatedWorld
) -> None:
    """Both were written from the contract alone: a mistake in one shows here."""
    chain = definition.spec.chain or "ethereum"
    query = queries("ethereum" if chain == "bitcoin" else chain)[need]
    got = asyncio.run(_asked(definition, need, query, Simulated(definition.spec.name, world)))
    assert got.source == definition.spec.name
    assert got.value

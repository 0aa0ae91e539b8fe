"""Moralis, GoldRush, Alchemy, Dune and The Graph: what each counts in, what a refusal looks like, what is never sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from mobius.core.errors import BadParameter, MobiusError, NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.explorer_needs import (
    SqlQuery,
    SubgraphQuery,
    TokenBalancesQuery,
    TokenHoldersQuery,
    TokenPriceHistoryQuery,
    TokenPriceQuery,
    TokenTransfersQuery,
)
from mobius.core.keeping import WAREHOUSE
from mobius.sources.chain import alchemy, dune, goldrush, moralis, thegraph
from tests.sources.conftest import NOW, reply

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

WHO, TOKEN, HASH = "0x" + "ab" * 20, "0x" + "c0" * 20, "0x" + "5e" * 32
SINCE = datetime(2026, 10, 31, 12, 30, tzinfo=UTC)
ETHEREUM = next(spec for spec in alchemy.SPECS if spec.chain == "ethereum")
PRICES = next(spec for spec in alchemy.SPECS if spec.name == "alchemy_prices")


# --------------------------------------------------------------------------------------------------------------- Moralis


async def test_a_price_that_is_missing_is_no_data_not_nothing(provider: Providers) -> None:
    query = TokenPriceQuery(chain="ethereum", token=TOKEN)
    got = (await moralis.token_price(query, provider(b'{"usdPrice":2.5,"24hrPercentChange":"-3.25"}'))).value
    assert [got.price_usd, got.change_24h_pct, got.liquidity_usd] == [Decimal("2.5"), Decimal("-3.25"), None]
    for answer in (
        b'{"usdPrice":null}',
        b'{"usdPrice":0}',
        reply(b'{"message":"No pools found with enough liquidity"}', status=400),
    ):
        with pytest.raises(NoData):
            await moralis.token_price(query, provider(answer))
    with pytest.raises(SourceUnavailable, match="Token is invalid"):
        await moralis.token_price(query, provider(reply(b'{"message":"Token is invalid"}', status=400)))


async def test_a_page_of_one_accounts_transfers_is_narrowed_to_the_token(provider: Providers) -> None:
    rows = [{"transaction_hash": HASH, "address": token, "from_address": WHO, "to_address": TOKEN, "value": "5"}
            for token in (TOKEN, WHO)]  # fmt: skip
    http = provider(json.dumps({"result": rows, "cursor": ""}).encode())
    query = TokenTransfersQuery(chain="base", token=TOKEN, address=WHO, from_block=3, to_block=9)
    page = (await moralis.token_transfers(query, http)).value
    assert [row.token for row in page.rows] == [TOKEN]
    assert page.cursor is None
    path, params = http.asked[0]
    assert (path, params["chain"], params["from_block"], params["to_block"]) == (
        f"/{WHO}/erc20/transfers",
        "base",
        "3",
        "9",
    )


# -------------------------------------------------------------------------------------------------------------- GoldRush


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (
            {"error": True, "error_message": "No valid API key was provided.", "error_code": "401"},
            401,
            SourceUnavailable,
        ),
        ({"error": True, "error_message": "Credits exhausted", "error_code": 402}, 402, SourceUnavailable),
        ({"error": True, "error_message": "slow down", "error_code": 429}, 200, RateLimited),
        ({"error": True, "error_message": "not supported", "error_code": 501}, 200, NoData),
        ({"error": True, "error_message": None, "error_code": 500}, 200, SourceUnavailable),
        ({"data": None, "error": False}, 200, SourceChanged),
        ({"data": {"items": [{"contract_address": TOKEN, "balance": "-5"}]}, "error": False}, 200, SourceChanged),
        (
            {"data": {"items": [{"contract_address": TOKEN, "balance": "5", "quote": -1}]}, "error": False},
            200,
            SourceChanged,
        ),
    ],
)
async def test_an_envelope_with_an_error_is_that_error(
    provider: Providers, body: Any, status: int, kind: type[MobiusError]
) -> None:
    http = provider(reply(json.dumps(body).encode(), status=status))
    with pytest.raises(kind):
        await goldrush.token_balances(TokenBalancesQuery(chain="ethereum", address=WHO), http)


async def test_holdings_in_another_currency_have_no_dollars(provider: Providers) -> None:
    body = {"data": {"quote_currency": "EUR", "items": [
        {"contract_address": TOKEN, "balance": "5", "quote": 2, "quote_rate": 3, "native_token": True}]}}  # fmt: skip
    query = TokenBalancesQuery(chain="polygon", address=WHO)
    http = provider(json.dumps(body).encode())
    (row,) = (await goldrush.token_balances(query, http)).value
    assert (row.token, row.amount, row.value_usd, row.price_usd) == (None, 5, None, None)
    assert http.asked[0][0] == f"/matic-mainnet/address/{WHO}/balances_v2/"


async def test_a_holders_share_is_percent_of_the_supply(provider: Providers) -> None:
    body = {
        "data": {"items": [{"address": WHO, "balance": "25", "total_supply": "200"}, {"address": WHO, "balance": "1"}]}
    }
    query = TokenHoldersQuery(chain="ethereum", token=TOKEN)
    first, second = (await goldrush.token_holders(query, provider(json.dumps(body).encode()))).value
    assert (first.share_pct, second.share_pct) == (Decimal("12.5"), None)


async def test_there_is_no_feed_of_a_whole_token(provider: Providers) -> None:
    with pytest.raises(NoData, match="one token by one account"):
        await goldrush.token_transfers(TokenTransfersQuery(chain="ethereum", token=TOKEN), provider(b""))


# --------------------------------------------------------------------------------------------------------------- Alchemy


def _moved(block: int) -> dict[str, Any]:
    return {"blockNum": hex(block), "hash": HASH, "from": WHO, "to": TOKEN, "value": 1.0000001, "asset": "TKN",
            "rawContract": {"value": "0x16e361", "address": TOKEN, "decimal": None}}  # fmt: skip


async def test_amounts_are_those_in_base_units_and_both_sides_are_asked(provider: Providers) -> None:
    def answer(path: str, given: dict[str, str]) -> bytes:
        (filters,) = json.loads(given["body"])["params"]
        found = {"transfers": [_moved(5 if "fromAddress" in filters else 9)], "pageKey": None}
        return json.dumps({"jsonrpc": "2.0", "id": 0, "result": found}).encode()

    http = provider(answer)
    query = TokenTransfersQuery(chain="ethereum", address=WHO, token=TOKEN)
    page = (await alchemy.token_transfers(ETHEREUM, query, http)).value
    assert [(row.block, row.amount, row.decimals) for row in page.rows] == [(9, 1_500_001, None), (5, 1_500_001, None)]
    assert len(http.asked) == 2
    with pytest.raises(NoData):
        await alchemy.token_transfers(ETHEREUM, TokenTransfersQuery(chain="base", token=TOKEN), http)


async def test_tokens_once_held_are_left_out(provider: Providers) -> None:
    held = [{"contractAddress": TOKEN, "tokenBalance": "0x" + "00" * 31 + "05"},
            {"contractAddress": WHO, "tokenBalance": "0x0"}, {"contractAddress": WHO, "tokenBalance": None}]  # fmt: skip
    body = json.dumps({"jsonrpc": "2.0", "id": 0, "result": {"address": WHO, "tokenBalances": held}}).encode()
    rows = (
        await alchemy.token_balances(ETHEREUM, TokenBalancesQuery(chain="ethereum", address=WHO), provider(body))
    ).value
    assert [(row.token, row.amount) for row in rows] == [(TOKEN, 5)]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b'{"data":[{"prices":[],"error":{"message":"Token not found"}}]}', NoData),
        (b'{"data":[]}', NoData),
        (b'{"data":[{"prices":[{"currency":"eur","value":"1"}]}]}', NoData),
        (b'{"data":[{"prices":[{"currency":"usd","value":"-1"}]}]}', SourceChanged),
        (reply(b'{"error":{"message":"Token address not found: 0x"}}', status=400), NoData),
        (reply(b'{"error":{"message":"exceeded its compute units"}}', status=400), RateLimited),
        (reply(b'{"error":{"message":"bad"}}', status=400), SourceUnavailable),
    ],
)
async def test_a_price_it_does_not_know(provider: Providers, answer: Any, kind: type[MobiusError]) -> None:
    with pytest.raises(kind):
        await alchemy.token_price(PRICES, TokenPriceQuery(chain="ethereum", token=TOKEN), provider(answer))


async def test_past_prices_go_by_contract_or_by_symbol(provider: Providers) -> None:
    body = b'{"symbol":"ETH","currency":"usd","data":[{"value":"390.75","timestamp":"2026-10-31T12:00:00Z"}]}'
    http = provider(body)
    query = TokenPriceHistoryQuery(symbol="ETH", start=SINCE, end=NOW)
    (point,) = (await alchemy.token_price_history(PRICES, query, http)).value
    assert point.price_usd == Decimal("390.75")
    assert json.loads(http.asked[0][1]["body"]) == {
        "symbol": "ETH", "startTime": "2026-10-31T12:30:00Z", "endTime": "2026-11-01T11:00:05Z", "interval": "1h",
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------------------------ Dune


def test_a_template_is_filled_with_nothing_but_our_own_writing() -> None:
    text = dune.sql_of(SqlQuery(template="large_transfers", chain="bsc", since=SINCE, min_usd=5_000_000, limit=10**9))
    assert "blockchain = 'bnb' and block_time >= timestamp '2026-10-31 12:30:00' and amount_usd >= 5000000" in text
    assert text.endswith("limit 1000")
    with pytest.raises(NoData):
        dune.sql_of(SqlQuery(template="dex_volume", chain="x'; drop", since=SINCE))
    assert all(";" not in template and "--" not in template for template in dune.TEMPLATES.values())


async def test_an_execution_is_begun_once_and_asked_again(provider: Providers) -> None:
    query = SqlQuery(template="large_transfers", chain="ethereum", since=SINCE)
    http = provider(b'{"execution_id":"01HKZJ2683PHF9Q9","state":"QUERY_STATE_PENDING"}')
    begun = (await dune.sql(query, http)).value
    assert (begun.execution, begun.state, begun.rows) == ("01HKZJ2683PHF9Q9", "pending", ())
    assert http.kept == [WAREHOUSE]
    again = SqlQuery(template="large_transfers", chain="ethereum", since=SINCE, execution=begun.execution)
    running = (
        await dune.sql(again, provider(b'{"execution_id":"01HKZJ2683PHF9Q9","state":"QUERY_STATE_EXECUTING"}'))
    ).value
    assert running.state == "running"
    body = {"execution_id": begun.execution, "state": "QUERY_STATE_COMPLETED", "execution_cost_credits": 10.5,
            "result": {"rows": [{"symbol": "A\u202e", "amount": 1.5}, {"symbol": None}],
                       "metadata": {"column_names": ["symbol", "amount"]}}}  # fmt: skip
    done = (await dune.sql(again, provider(json.dumps(body).encode()))).value
    assert (done.columns, done.rows) == (("symbol", "amount"), (("A", 1.5), (None, None)))
    assert done.cost_credits == Decimal("10.5")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (
            b'{"execution_id":"01HKZJ2683","state":"QUERY_STATE_FAILED","error":{"message":"line 1:8: no column"}}',
            SourceUnavailable,
        ),
        (b'{"execution_id":"01HKZJ2683","state":"QUERY_STATE_CANCELLED"}', SourceUnavailable),
        (b'{"execution_id":"01HKZJ2683","state":"QUERY_STATE_DREAMING"}', SourceChanged),
        (b'{"execution_id":"../usage","state":"QUERY_STATE_PENDING"}', SourceChanged),
        (b'{"execution_id":"01HKZJ2683","state":"QUERY_STATE_COMPLETED","result":{"rows":[{"a":[1]}]}}', SourceChanged),
        (reply(b'{"error":"no credits"}', status=402), SourceUnavailable),
        (reply(b'{"error":"invalid API Key"}', status=401), SourceUnavailable),
        (reply(b'{"error":"bad"}', status=400), SourceUnavailable),
        (reply(b"", status=429), RateLimited),
    ],
)
async def test_an_execution_that_came_to_nothing(provider: Providers, answer: Any, kind: type[MobiusError]) -> None:
    query = SqlQuery(template="dex_volume", chain="base", since=SINCE, execution="01HKZJ2683")
    with pytest.raises(kind):
        await dune.sql(query, provider(answer))


async def test_what_is_no_execution_is_never_asked(provider: Providers) -> None:
    http = provider(b"")
    with pytest.raises(BadParameter):
        await dune.sql(SqlQuery(template="dex_volume", chain="base", since=SINCE, execution="../../usage"), http)
    assert http.asked == []


# ------------------------------------------------------------------------------------------------------------- The Graph

POOLS = "5zvR82QoaXYFyDEKLZ9t6v9adgnptxYpKpSbxtgVENFV"
PINNED = "Qm" + "a1" * 22


async def test_data_is_dated_by_the_newest_block_indexed(provider: Providers) -> None:
    body = b'{"data":{"_meta":{"block":{"number":21,"timestamp":1793520000},"hasIndexingErrors":true},"pools":[{"id":"0x1"}]}}'
    http = provider(body)
    got = await thegraph.subgraph(SubgraphQuery(subgraph=POOLS, query="{pools{id}}", variables={"first": 5}), http)
    assert (got.value.block, got.value.indexing_errors) == (21, True)
    assert got.as_of == datetime.fromtimestamp(1_793_520_000, tz=UTC)
    assert json.loads(got.value.data)["pools"] == [{"id": "0x1"}]
    assert http.asked == [
        (f"/subgraphs/id/{POOLS}", {"body": '{"query":"{pools{id}}","variables":{"first":5}}'}),
    ]
    plain = await thegraph.subgraph(
        SubgraphQuery(subgraph=PINNED, query="{pools{id}}"), provider(b'{"data":{"pools":[]}}')
    )
    assert (plain.value.block, plain.endpoint) == (None, f"/deployments/id/{PINNED}")


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("auth error: API key not found", SourceUnavailable),
        ("auth error: payment required for subsequent requests for this API key", SourceUnavailable),
        ("bad indexers: {0xbd: Timeout}", SourceUnavailable),
        ("subgraph not found: 5zv", NoData),
        ("Type `Pool` has no field `apr`", SourceChanged),
        ("Too many requests, rate limit exceeded", RateLimited),
    ],
)
async def test_errors_inside_a_success_are_errors(provider: Providers, message: str, kind: type[MobiusError]) -> None:
    body = json.dumps({"data": {"pools": []}, "errors": [{"message": message}]}).encode()
    with pytest.raises(kind):
        await thegraph.subgraph(SubgraphQuery(subgraph=POOLS, query="{}"), provider(body))


@pytest.mark.parametrize("name", ["", "uniswap/v3", "../x", "Qm12", "0" * 44])
async def test_what_names_no_subgraph_is_never_asked(provider: Providers, name: str) -> None:
    http = provider(b"")
    with pytest.raises(BadParameter):
        await thegraph.subgraph(SubgraphQuery(subgraph=name, query="{}"), http)
    assert http.asked == []

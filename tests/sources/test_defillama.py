"""DefiLlama: what is a chain and what is not, days of a history, totals, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.protocol_needs import (
    ChainHistoryQuery,
    ChainTvlQuery,
    ProtocolHistoryQuery,
    ProtocolsQuery,
    StablecoinHistoryQuery,
    StablecoinsQuery,
    TurnoverQuery,
)
from mobius.core.provider_names import CHAIN_OF_DEFILLAMA
from mobius.sources.defi import defillama, defillama_stablecoins
from mobius.sources.defi.defillama import NOT_CHAINS, chain_kind, parse_history, parse_protocols, parse_turnover

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]

SINCE = datetime(2026, 10, 27, tzinfo=UTC)
D = Decimal


async def test_versions_come_in_order_with_chains_told_from_other_sums(provider: Providers, written: Written) -> None:
    http = provider(written("defillama_protocols"))
    got = await defillama.protocols(ProtocolsQuery(protocols=("lido", "aave", "nobody")), http)
    assert http.asked == [("/protocols", {})]
    lido, v3, v2 = got.value
    assert (lido.protocol, v3.slug, v2.slug) == ("lido", "aave-v3", "aave-v2")
    assert v3.chains == {"ethereum": D("10000000000.5"), "optimism": D(2_000_000_000)}
    assert v3.borrowed_usd == 9_000_000_000
    assert (v3.change_1d_pct, v3.change_7d_pct, v3.market_cap_usd) == (D("-1.5"), D("4.25"), D(2_500_000_000))
    assert (v2.change_1d_pct, v2.market_cap_usd, v2.borrowed_usd) == (None, None, None)
    assert lido.market_cap_usd is None, "0 is written where there is none"
    assert v3.fields["tvl_usd"] == "[0].tvl"
    assert v3.fields["chains.optimism"] == '[0].chainTvls["OP Mainnet"]'


async def test_one_list_serves_all_questions_and_a_new_one_is_read(provider: Providers, written: Written) -> None:
    http = provider(written("defillama_protocols"))
    query = ProtocolsQuery(protocols=("lido",))
    first = await defillama.protocols(query, http)
    again = await defillama.protocols(query, http)
    assert first.value == again.value
    changed = json.loads(written("defillama_protocols"))
    changed[0]["name"], changed[2]["tvl"] = "Aave 3", 7
    later = await defillama.protocols(query, provider(json.dumps(changed).encode()))
    assert later.value[0].tvl_usd == 7


async def test_what_is_not_listed_is_no_data(provider: Providers, written: Written) -> None:
    with pytest.raises(NoData, match="nobody"):
        await defillama.protocols(ProtocolsQuery(protocols=("nobody",)), provider(written("defillama_protocols")))


def test_outside_names_are_plain(written: Written) -> None:
    (fork,) = parse_protocols(written("defillama_protocols"), ProtocolsQuery(protocols=("fork",)))
    assert fork.name == "Nameless Fork"
    assert (fork.tvl_usd, fork.category, fork.chains) == (None, "", {})


def test_kinds_of_sums_are_no_chains() -> None:
    assert {chain_kind(f"Base-{kind}") for kind in NOT_CHAINS} == {("Base", kind) for kind in NOT_CHAINS}
    assert chain_kind("zkSync Era") == ("zkSync Era", "")
    assert not NOT_CHAINS & set(CHAIN_OF_DEFILLAMA)


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("tvl", -1, "$.[0].tvl"),
        ("tvl", 1e300, "$.[0].tvl"),
        ("mcap", -5, "$.[0].mcap"),
        ("change_7d", 1e40, "$.[0].change_7d"),
        ("tvl", "many", "$[0].tvl"),
        ("chainTvls", {"Ethereum": "x"}, "$[0].chainTvls"),
        ("chainTvls", {"Ethereum": -3}, '$.[0].chainTvls["Ethereum"]'),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(written: Written, field: str, value: object, path: str) -> None:
    rows = json.loads(written("defillama_protocols"))
    rows[0][field] = value
    with pytest.raises(SourceChanged) as caught:
        parse_protocols(json.dumps(rows).encode(), ProtocolsQuery(protocols=("aave",)))
    assert caught.value.path.startswith(path)


def test_a_history_adds_chains_and_keeps_loans_apart(written: Written) -> None:
    history = parse_history(written("defillama_protocol"), ProtocolHistoryQuery(slug="aave-v3", start=SINCE))
    assert history.tvl_usd == ((1793059200, D(2000)), (1793145600, D("2100.5")), (1793185200, D(2200)))
    assert history.held.ts == (1793059200, 1793145600)
    assert history.held.amounts == {"WETH": (D(12), D("14.5")), "USDC": (D(500), D(400)), "DAI": (D(0), D(7))}
    assert history.held.values_usd["WETH"] == (D(20000), D(22550))
    assert history.borrowed.amounts == {"WETH": (D(4), D(5))}


def test_a_chain_that_missed_a_day_has_that_of_the_day_before() -> None:
    chains = {
        "Ethereum": {"tokens": [{"date": day * 86_400, "tokens": {"A": day}} for day in (20_000, 20_001, 20_002)]},
        "Base": {"tokens": [{"date": day * 86_400, "tokens": {"A": 1}} for day in (20_000, 20_002)]},
    }
    body = json.dumps({"chainTvls": chains}).encode()
    start = datetime.fromtimestamp(20_000 * 86_400, tz=UTC)
    history = parse_history(body, ProtocolHistoryQuery(slug="x", start=start))
    assert history.held.amounts["A"] == (D(20_001), D(20_002), D(20_003))


def test_an_empty_history_is_no_data() -> None:
    with pytest.raises(NoData):
        parse_history(b'{"name": "x", "tvl": [], "chainTvls": {}}', ProtocolHistoryQuery(slug="x", start=SINCE))


async def test_an_unknown_slug_is_no_data(provider: Providers, make_reply: Callable[..., object]) -> None:
    http = provider(make_reply(b"Protocol not found", status=400))
    with pytest.raises(NoData, match="does not know"):
        await defillama.protocol_history(ProtocolHistoryQuery(slug="no/such one", start=SINCE), http)
    assert http.asked[0][0] == "/protocol/no%2Fsuch%20one"


async def test_chains_and_their_days(provider: Providers) -> None:
    body = b'[{"name": "OP Mainnet", "tvl": 5.5, "chainId": null}, {"name": "Odd", "tvl": 9}]'
    got = await defillama.chain_tvl(ChainTvlQuery(), provider(body))
    assert [(row.chain, row.name, row.field) for row in got.value] == [
        (None, "Odd", "[1].tvl"),
        ("optimism", "OP Mainnet", "[0].tvl"),
    ]
    days = b'[{"date": 1792972800, "tvl": 1}, {"date": 1793145600, "tvl": 3}, {"date": 1793059200, "tvl": 2}]'
    http = provider(days)
    told = await defillama.chain_history(ChainHistoryQuery(chain="optimism", start=SINCE), http)
    assert http.asked == [("/v2/historicalChainTvl/OP%20Mainnet", {})]
    assert [(day.value_usd, day.field) for day in told.value] == [(D(2), "[2].tvl"), (D(3), "[1].tvl")]
    with pytest.raises(NoData):
        await defillama.chain_history(ChainHistoryQuery(chain="no-such", start=SINCE), http)


def test_turnover_is_found_by_slug_or_by_name(written: Written) -> None:
    turnover = parse_turnover(written("defillama_fees"))
    assert (turnover.total_24h_usd, turnover.total_7d_usd, turnover.total_30d_usd) == (
        D(60_000_000),
        D("410000000.5"),
        None,
    )
    assert turnover.protocols["aave-v3"].total_30d_usd == 61_000_000
    assert turnover.protocols["lido"].fields["total_24h_usd"] == "protocols[1].total24h"
    assert turnover.protocols["odd"].total_24h_usd == -5, "a correction may be negative"


async def test_turnover_of_a_chain_is_asked_by_its_name(provider: Providers, written: Written) -> None:
    http = provider(written("defillama_fees"))
    got = await defillama.fees(TurnoverQuery(chain="bsc"), http)
    (path, params) = http.asked[0]
    assert path == "/overview/fees/BSC"
    assert params["dataType"] == "dailyFees"
    assert got.endpoint.startswith("/overview/fees/BSC?excludeTotalDataChart=true")


@pytest.mark.parametrize("body", [b"<html>", b"", b"[{", b"{}", b'{"message": "x"}', b"null"])
async def test_a_broken_list_is_an_error_of_ours(provider: Providers, body: bytes) -> None:
    with pytest.raises((SourceChanged, SourceUnavailable)):
        await defillama.protocols(ProtocolsQuery(protocols=("lido",)), provider(body))
    with pytest.raises((SourceChanged, SourceUnavailable)):
        await defillama.chain_tvl(ChainTvlQuery(), provider(body))


def test_recorded_protocols_are_read_to_the_same_values(shared_data: Path) -> None:
    file = shared_data / "defi" / "defillama_protocols_7.json"
    if not file.is_file():
        pytest.skip("defillama_protocols_7.json is not among the recorded data")
    raw = json.loads(file.read_text())
    for row in raw:
        for key in ("chains", "chainTvls"):
            if isinstance(row.get(key), str):
                row[key] = json.loads(row[key])
    asked = ProtocolsQuery(protocols=tuple(row["slug"] for row in raw))
    read = {row.slug: row for row in parse_protocols(json.dumps(raw).encode(), asked)}
    assert len(read) == len(raw)
    for row in raw:
        mine = read[row["slug"]]
        assert float(mine.tvl_usd or 0) == row["tvl"]
        assert (mine.name, mine.category) == (row["name"], row.get("category") or "")
        told = {key: value for key, value in (row.get("chainTvls") or {}).items() if not chain_kind(key)[1]}
        assert sorted(map(float, mine.chains.values())) == sorted(told.values())


async def test_stablecoins_add_dollars_only_and_do_not_guess_a_month(provider: Providers, written: Written) -> None:
    http = provider(written("defillama_stablecoins"))
    got = await defillama_stablecoins.stablecoins(StablecoinsQuery(), http)
    assert http.asked == [("/stablecoins", {"includePrices": "true"})]
    rows = {row.name: row for row in got.value}
    assert rows["Ethereum"].supply == D("120.5")
    assert (rows["Ethereum"].supply_month_ago, rows["Ethereum"].supply_week_ago, rows["Ethereum"].coins) == (
        D(100),
        D(120),
        2,
    )
    assert (rows["Tron"].chain, rows["Tron"].supply_month_ago) == ("tron", None)
    assert rows["Nowhere Chain"].chain is None
    assert "Base" not in rows


async def test_stablecoin_days_are_numbers_or_text(provider: Providers) -> None:
    rows: tuple[tuple[object, object], ...] = (
        ("1793059200", {"peggedUSD": 5}),
        (1793145600, {"peggedUSD": 6.5}),
        ("1793232000", {}),
        ("1792000000", None),
    )
    body = json.dumps([{"date": date, "totalCirculating": told} for date, told in rows]).encode()
    http = provider(body)
    got = await defillama_stablecoins.stablecoin_history(StablecoinHistoryQuery(chain="bsc", start=SINCE), http)
    assert http.asked == [("/stablecoincharts/BSC", {})]
    assert [(day.ts, day.value_usd) for day in got.value] == [(1793059200, 5), (1793145600, D("6.5"))]


@pytest.mark.parametrize("date", ['"soon"', "-5", "99999999999999999999", '"٣"'])
def test_a_day_that_is_none_is_refused(date: str) -> None:
    body = f'[{{"date": {date}, "totalCirculating": {{"peggedUSD": 5}}}}]'.encode()
    with pytest.raises(SourceChanged) as caught:
        defillama_stablecoins.parse_days(body, StablecoinHistoryQuery(chain="bsc", start=SINCE))
    assert "date" in caught.value.path or caught.value.path.startswith("$[0]")

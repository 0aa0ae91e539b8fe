"""What every provider's file keeps to, whatever is asked of it."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mobius.sandbox
from mobius.sandbox.clock import BIRTH
from mobius.sandbox.limits import Spent
from mobius.sandbox.wire import Ask, Provider, Said, Scene, providers
from mobius.sandbox.world import SimulatedWorld

PROVIDERS = providers()
ROUTES = [(name, route) for name, provider in PROVIDERS.items() for route in provider.routes]
VALUES = st.one_of(
    st.sampled_from(
        ["btc", "BTCUSDT", "XBTUSD", "bitcoin", "usd", "1h", "60", "1", "0", "-1", "1e308", "nan", "true", ""]
    ),
    st.text(max_size=30),
    st.integers(-(10**25), 10**25).map(str),
    st.sampled_from(
        ['["BTCUSDT"]', "[]", '["BTCUSDT",', '[["BTCUSDT"]]', "null", "'; drop table --", "\x00", "٣", "²"]
    ),
)
NAMES = {
    "binance": ["symbol", "symbols", "interval", "limit", "startTime", "endTime", "type"],
    "kraken": ["pair", "interval", "since", "count", "assetVersion"],
    "alternative_me": ["limit", "format"],
    "coingecko": ["ids", "names", "symbols", "vs_currency", "vs_currencies", "days", "from", "to", "per_page", "page", "order",
                  "precision", "category", "sparkline", "price_change_percentage", "query", "interval",
                  "include_last_updated_at", "include_market_cap"],
    "okx": ["instId", "instType", "bar", "limit", "after", "before"],
    "bybit": ["category", "symbol", "interval", "limit", "start", "end"],
    "coinbase": ["granularity", "start", "end"],
    "defillama_coins": ["searchWidth"],
    "geckoterminal": ["page"],
    "coinpaprika": ["quotes"],
    "binance_futures": ["symbol", "limit"],
    "deribit": ["currency", "kind", "index_name", "resolution", "start_timestamp", "end_timestamp"],
    "hyperliquid": ["type"],
}  # fmt: skip
USUAL = {"symbol": "BTCUSDT", "interval": "1h", "pair": "XBTUSD", "vs_currency": "usd", "vs_currencies": "usd",
         "ids": "bitcoin", "days": "7", "from": "1793000000", "to": "1793500000", "instId": "BTC-USDT", "instType": "SPOT",
         "bar": "1H", "category": "spot", "granularity": "3600", "quotes": "USD", "currency": "BTC", "kind": "future",
         "index_name": "btc_usd", "resolution": "3600", "start_timestamp": "1793520000000",
         "end_timestamp": "1793606400000"}  # fmt: skip


@st.composite
def asks(draw: st.DrawFn) -> tuple[Provider, Ask]:
    """A sound request with some of its parameters spoilt, dropped or added."""
    name, route = draw(st.sampled_from(ROUTES))
    params = {key: USUAL[key] for key in NAMES.get(name, []) if key in USUAL}
    if name in ("kraken", "bybit"):
        params["interval"] = "60"
    known = NAMES.get(name, ["limit", "start", "end", "query", "q"])
    for key in draw(st.lists(st.sampled_from(known), max_size=3)):
        params[key] = draw(VALUES)
    for key in draw(st.lists(st.sampled_from(known), max_size=2)):
        params.pop(key, None)
    coin = draw(st.sampled_from(["bitcoin", "bitcoin", "tether", "²", "BTC-USD", "btc-bitcoin", "coingecko:tether"]))
    named = [segment[1:-1] for segment in route.split("/") if segment.startswith("{")]
    return PROVIDERS[name], Ask(path=route, params=params, parts=dict.fromkeys(named, coin))


@settings(max_examples=150, deadline=None)
@given(place=asks())
def test_no_request_is_a_crash(world: SimulatedWorld, place: tuple[Provider, Ask]) -> None:
    provider, ask = place
    provider.weigh(ask)
    provider.plan(ask)
    answer = provider.routes[ask.path](ask, Scene(world=world, now=BIRTH))
    assert answer.status in (200, 202, 400, 401, 404, 422)
    assert answer.body or answer.status == 202


POSTED = [(name, path) for name, provider in PROVIDERS.items() for path in provider.posts]
WORDS = st.sampled_from(
    ["{", "}", "(", ")", "vaults", "markets", ":", "$a", "[1]", "request", "...", "on", "query", '"', "#"]
)
PARAMS = st.lists(
    st.one_of(
        st.sampled_from(["latest", "earliest", "0x0", "0x", "0xzz", "0x" + "f" * 16, "0x" + "11" * 20, None, True, -1]),
        st.integers(-(2**70), 2**70), st.lists(st.floats(0, 100), max_size=3), st.text(max_size=5),
        st.fixed_dictionaries({"to": st.sampled_from(["0x" + "11" * 20, "0xca11bde05977b3631167028862be2a173976ca11"]),
                               "data": st.binary(max_size=150).map(lambda data: "0x82ad56cb" + data.hex())}),
    ), max_size=3,
)  # fmt: skip
METHODS = [
    "eth_call",
    "eth_feeHistory",
    "eth_getBlockByNumber",
    "eth_getBalance",
    "eth_getCode",
    "eth_estimateGas",
    "eth_x",
]
BODIES = st.one_of(
    st.binary(max_size=30),
    st.lists(WORDS, max_size=15).map(
        lambda words: msgspec.json.encode({"query": " ".join(words), "variables": {"a": 1}})
    ),
    st.tuples(st.sampled_from(METHODS), PARAMS).map(
        lambda one: msgspec.json.encode({"jsonrpc": "2.0", "id": 1, "method": one[0], "params": one[1]}, enc_hook=str)
    ),
)


@settings(max_examples=200, deadline=None)
@given(place=st.sampled_from(POSTED), body=BODIES)
def test_nothing_that_is_posted_is_a_crash(world: SimulatedWorld, place: tuple[str, str], body: bytes) -> None:
    name, path = place
    answer = PROVIDERS[name].posts[path](
        Ask(path=path, params={}, body=body, posted=True), Scene(world=world, now=BIRTH)
    )
    assert answer.status in (200, 400, 401, 422)
    assert answer.body


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=list(PROVIDERS))
def test_a_provider_says_its_limit_and_its_404(world: SimulatedWorld, provider: Provider) -> None:
    scene, ask = Scene(world=world, now=BIRTH), Ask(path="/nothing/here", params={})
    handler, parts = provider.find(ask.path)
    assert handler is provider.missing
    assert parts == {}
    assert handler(ask, scene).status == 404
    limited = provider.limited(ask, scene, Spent(allowed=False, retry_after_s=3))
    assert limited.status in (200, 418, 429)
    assert provider.plan(ask) in provider.limiters
    assert provider.prefix.startswith(f"/{provider.name}")


def test_a_route_gives_the_parts_of_its_path() -> None:
    handler, parts = PROVIDERS["coingecko"].find("/coins/bitcoin/market_chart")
    assert handler is PROVIDERS["coingecko"].routes["/coins/{id}/market_chart"]
    assert parts == {"id": "bitcoin"}


def test_a_file_in_the_folder_is_all_a_provider_takes() -> None:
    """Its providers are called as the file is, or so with a word behind: what the sources of one family are."""
    folder = Path(mobius.sandbox.__file__).parent / "wire"
    files = {file.stem for file in folder.glob("*.py")} - {"__init__"}
    assert files == {max((file for file in files if f"{name}_".startswith(f"{file}_")), key=len) for name in PROVIDERS}


def test_the_sandbox_follows_the_contracts_on_its_own() -> None:
    """It imports the core and nothing else of the house, so that a mistake in a source shows."""
    for file in Path(mobius.sandbox.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith("mobius.") or name.startswith(("mobius.core", "mobius.sandbox")), (
                    file,
                    name,
                )


def test_answers_are_text_of_the_stated_type(world: SimulatedWorld) -> None:
    answer: Said = PROVIDERS["binance"].routes["/api/v3/ping"](
        Ask(path="/api/v3/ping", params={}), Scene(world=world, now=BIRTH)
    )
    assert (answer.body, answer.content_type) == (b"{}", "application/json;charset=UTF-8")
    assert set(string.printable.encode()) >= set(answer.body)

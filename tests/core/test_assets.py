"""The asset registry: words, ids, renames, reused tickers, and the recorded lists of providers."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.asset_table import AMBIGUOUS
from mobius.core.assets import ASSETS, KINDS, by_provider, find, near_names, resolve, ticker_at
from mobius.core.errors import UnknownSymbol

NEWER_THAN_THE_RECORDED_LIST = {"aster-2", "linea"}


def words_by_owner() -> Counter[str]:
    return Counter(word for asset in ASSETS.values() for word in asset.aliases)


def test_there_are_enough_assets_of_every_kind() -> None:
    kinds = Counter(asset.kind for asset in ASSETS.values())
    assert len(ASSETS) >= 300
    assert set(kinds) == set(KINDS)
    assert kinds["coin"] + kinds["token"] >= 150
    assert kinds["stablecoin"] >= 20
    assert kinds["fiat"] >= 15


def test_every_word_belongs_to_one_asset() -> None:
    assert [word for word, n_assets in words_by_owner().items() if n_assets > 1] == []


def test_words_are_written_as_they_are_looked_up() -> None:
    for word in words_by_owner():
        assert word == " ".join(word.lower().split()), word
        assert find(word) is not None


def test_ambiguous_words_are_words_of_their_asset() -> None:
    assert set(AMBIGUOUS) <= set(ASSETS)
    for asset in ASSETS.values():
        assert set(asset.ambiguous) <= set(asset.aliases), asset.ticker


ENGLISH = ("near", "link", "sand", "one", "dash", "ape", "apt", "gas", "sun", "core", "s", "a", "op", "ens", "me")


@pytest.mark.parametrize("word", ENGLISH)
def test_common_english_is_declared_ambiguous(word: str) -> None:
    asset = find(word)
    assert asset is not None
    assert word in asset.ambiguous


def test_no_two_assets_share_a_provider_id() -> None:
    ids = Counter(pair for asset in ASSETS.values() for pair in asset.ids.items())
    assert [pair for pair, n_assets in ids.items() if n_assets > 1] == []


def test_by_provider_reads_every_id_back() -> None:
    for asset in ASSETS.values():
        for provider, provider_id in asset.ids.items():
            assert by_provider(provider, provider_id) is asset
    assert by_provider("kraken", "XBT") is ASSETS["BTC"]
    assert by_provider("coingecko", "no-such-coin") is None


def test_what_a_wrapper_stands_for_is_an_asset() -> None:
    for asset in ASSETS.values():
        if asset.kind in ("wrapped", "liquid_staking"):
            assert asset.stands_for in ASSETS, asset.ticker
        if asset.kind == "stablecoin":
            assert asset.pegged_to is not None
            assert ASSETS[asset.pegged_to].kind == "fiat"
    assert ASSETS["WBTC"].stands_for == "BTC"
    assert ASSETS["stETH"].stands_for == "ETH"
    assert ASSETS["USDC"].pegged_to == "USD"
    assert ASSETS["PAXG"].stands_for == "GOLD"


@pytest.mark.parametrize(
    ("text", "ticker"),
    [
        ("btc", "BTC"), ("$BTC", "BTC"), ("XBT", "BTC"), ("Bit  Coin", "BTC"), ("bitcion", "BTC"), ("sats", "BTC"),
        ("ether", "ETH"), ("etherium", "ETH"), ("MATIC", "POL"), ("polygon", "POL"), ("fantom", "S"), ("EOS", "A"),
        ("rndr", "RENDER"), ("ripple", "XRP"), ("steth", "stETH"), ("STETH", "stETH"), ("wbeth", "wBETH"),
        ("WEETH", "weETH"), ("usde", "USDe"), ("crvusd", "crvUSD"), ("maker", "MKR"), ("luna", "LUNA"), ("xdg", "DOGE"),
        ("luna classic", "LUNC"), ("$", "USD"), ("bucks", "USD"), ("quid", "GBP"), ("€", "EUR"), ("yen", "JPY"),
        ("s&p 500", "SP500"), ("xau", "GOLD"), ("frax", "FRAX"), ("ust", "USTC"), ("1inch", "1INCH"),
    ],
)  # fmt: skip
def test_what_people_write_is_found(text: str, ticker: str) -> None:
    asset = find(text)
    assert asset is not None
    assert asset.ticker == ticker


@given(st.text(max_size=200))
def test_find_answers_any_text(text: str) -> None:
    asset = find(text)
    assert asset is None or asset is ASSETS[asset.ticker]


@given(st.sampled_from(sorted(words_by_owner())), st.randoms(use_true_random=False))
def test_find_is_blind_to_case(word: str, random: Any) -> None:
    mixed = "".join(random.choice((letter.lower(), letter.upper())) for letter in word)
    if mixed.lower() == word:
        assert find(mixed) is find(word)
        assert find(f"${word}") is not None


def test_an_unknown_name_raises_with_near_ones() -> None:
    with pytest.raises(UnknownSymbol) as caught:
        resolve("bitcoyn")
    assert "BTC" in caught.value.near
    with pytest.raises(UnknownSymbol) as caught:
        resolve("zzzzqqqq", near=lambda text: ("X",))
    assert caught.value.near == ("X",)
    assert near_names("🤷" * 5000) == ()


def test_a_very_long_name_is_cut_in_the_message() -> None:
    with pytest.raises(UnknownSymbol) as caught:
        resolve("x" * 10_000)
    assert len(caught.value.message) < 200


def test_former_tickers_are_no_tickers_of_today_unless_reused() -> None:
    for asset in ASSETS.values():
        for former in asset.formerly:
            if former.ticker in ASSETS:
                assert ASSETS[former.ticker].reused_from == former.until.fromordinal(former.until.toordinal() + 1)
            else:
                assert find(former.ticker) is asset, former.ticker


@pytest.mark.parametrize(
    ("ticker", "day", "expected", "told"),
    [
        ("LUNA", date(2021, 9, 1), "LUNC", True),
        ("LUNA", date(2022, 5, 27), "LUNC", True),
        ("luna", date(2022, 5, 28), "LUNA", False),
        ("LUNA", date(2026, 1, 1), "LUNA", False),
        ("LUNC", date(2021, 9, 1), "LUNC", False),
        ("MATIC", date(2021, 6, 1), "POL", True),
        ("MATIC", date(2025, 6, 1), "POL", True),
        ("POL", date(2025, 6, 1), "POL", False),
        ("FRAX", date(2023, 1, 1), "LFRAX", True),
        ("FRAX", date(2026, 1, 1), "FRAX", False),
        ("FTM", date(2022, 1, 1), "S", True),
        ("MKR", date(2021, 1, 1), "MKR", False),
        ("MKR", date(2025, 1, 1), "MKR", True),
        ("$BTC", date(2020, 1, 1), "BTC", False),
    ],
)
def test_a_ticker_is_read_as_on_its_day(ticker: str, day: date, expected: str, told: bool) -> None:
    asset, note = ticker_at(ticker, day)
    assert asset.ticker == expected
    assert (note is not None) == told


def test_a_change_at_a_ratio_leaves_two_assets() -> None:
    maker = ASSETS["MKR"]
    assert maker.renamed_to == "SKY"
    assert maker.renamed_ratio == Decimal(24_000)
    assert maker is not ASSETS["SKY"]


def test_parts_of_a_unit_are_exact() -> None:
    assert dict(ASSETS["BTC"].sub_unit)["sats"] * 50_000_000 == Decimal("0.5")
    assert dict(ASSETS["ETH"].sub_unit)["gwei"] == Decimal("1e-9")


def test_the_registry_loads_without_a_heavy_library() -> None:
    code = (
        "import sys; import mobius.core.assets, mobius.core.protocols; "
        "print([m for m in ('numpy', 'rapidfuzz', 'difflib', 'pyarrow') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def recorded(shared_data: Path, name: str) -> list[dict[str, Any]]:
    file = shared_data / "api" / name
    if not file.is_file():
        pytest.skip(f"no recorded {name}")
    with gzip.open(file, "rt") as lines:
        return [json.loads(line) for line in lines]


def test_coingecko_ids_stand_in_its_recorded_list(shared_data: Path) -> None:
    (listed,) = (row for row in recorded(shared_data, "coingecko.jsonl.gz") if row["url"].endswith("/coins/list/"))
    symbol_of = {coin["id"]: coin["symbol"].lower() for coin in listed["response"]}
    odd = {"LFRAX": "frax", "WSOL": "sol"}  # tickers of ours where the provider repeats another asset's
    for asset in ASSETS.values():
        coin = asset.ids.get("coingecko")
        if coin is not None and coin not in NEWER_THAN_THE_RECORDED_LIST:
            assert symbol_of.get(coin) == odd.get(asset.ticker, asset.ticker.lower()), asset.ticker


def test_kraken_codes_stand_in_its_recorded_tickers(shared_data: Path) -> None:
    symbols = {
        pair.split("/")[0]
        for row in recorded(shared_data, "kraken_rest.jsonl.gz")
        for pair in row["response"]["result"]
    }
    shown = {"XBT": "BTC", "XDG": "DOGE"}  # the recorded replies use display names, the registry the altnames
    for asset in ASSETS.values():
        code = asset.ids.get("kraken")
        assert code is None or shown.get(code, code) in symbols, asset.ticker


def test_kraken_luna_is_terra_classic_by_its_recorded_price(shared_data: Path) -> None:
    tickers = recorded(shared_data, "kraken_rest.jsonl.gz")[0]["response"]["result"]
    assert float(tickers["LUNA/USD"]["c"][0]) < 0.001
    assert by_provider("kraken", "LUNA") is ASSETS["LUNC"]


def test_every_recorded_series_is_of_a_known_asset(shared_data: Path) -> None:
    for folder in ("binance_spot_1h", "binance_spot_1d", "yahoo_1d"):
        for file in (shared_data / "ohlcv" / folder).glob("*.parquet"):
            ticker = file.stem.removesuffix("-USD").removesuffix("USDT") or file.stem
            assert find(ticker if file.stem not in ("USDT-USD",) else "USDT") is not None, file.name

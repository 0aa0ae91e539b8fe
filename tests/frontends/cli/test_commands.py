"""The commands: what they find, how they show it, what they refuse."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from mobius.core.answers import FactRef
from mobius.core.candles import Candles
from mobius.core.errors import BadParameter, NoData, SourceUnavailable
from mobius.core.facts import Fact, derive
from mobius.core.health import Drift, SourceHealth
from mobius.core.history import Oddity, SeriesInfo, SeriesKey
from mobius.core.keeping import NOT_KEPT, Policy
from mobius.core.needs import Source, SourceList
from mobius.core.ports import Reply
from mobius.core.sources import CostSpec, KeySpec, Limits, Rights, SourceSpec
from mobius.core.tools import Command
from mobius.core.world import parse_world
from mobius.frontends.cli.catalogue import Folders
from mobius.frontends.cli.output import as_json
from mobius.frontends.cli.parser import parse_command
from mobius.frontends.cli.plain import Look, Page
from tests.frontends.cli.fake import ANSWER_ID, ENCODER, NOW, FakeApplication, FakeHistory, answer

KEY = SeriesKey(asset="BTC", quote="USD", venue="kraken", interval_s=3600)


def held(key: SeriesKey = KEY, **changes: Any) -> SeriesInfo:
    fields: dict[str, Any] = {
        "key": key, "n_bars": 4, "first": datetime(2024, 3, 1, tzinfo=UTC), "last": datetime(2024, 3, 1, 6, tzinfo=UTC),
        "file": "BTC-USD.csv", "sha256": "0" * 64, "imported_at": NOW,
    }  # fmt: skip
    return SeriesInfo(**{**fields, **changes})


async def done(line: str, application: FakeApplication, *, width: int = 80, **more: Any) -> tuple[Any, list[str], Any]:
    """Run a command; its result, its lines for people, and its JSON read back."""
    words = line.split()
    found = Folders().match(words)
    assert found is not None
    command, n_words = found
    assert isinstance(command, Command)
    assert command.show is not None
    parsed = parse_command(command, words[n_words:])
    options: Mapping[str, Any] = {
        **parsed.arguments, "as_of": parsed.globals.as_of, "deadline_s": parsed.globals.deadline_s, **more
    }  # fmt: skip
    result = await command.run(options, application)
    page = Page(Look(width=width))
    command.show(result, page)
    return result, page.text().splitlines(), json.loads(as_json(result))


# ----------------------------------------------------------------------------------------------------------------- why


@pytest.fixture
def kept() -> FakeApplication:
    application = FakeApplication()
    application.answers.kept[ANSWER_ID] = ENCODER.encode(answer(simulated=True))
    return application


@pytest.mark.parametrize("line", ["why", "why 0198f1c2", f"why {ANSWER_ID}"])
async def test_why_shows_each_figure_down_to_the_providers_field(kept: FakeApplication, line: str) -> None:
    _, lines, document = await done(line, kept)
    assert lines == [
        "SIMULATED · Bitcoin is $61,240, up 1.8 % in 24 h.",
        f"what is btc doing · live · {ANSWER_ID}",
        "",
        "price 61240 USD",
        "  how: median of the mids of two venues",
        "  as of 2026-07-28 09:59:48 UTC",
        "  ├ kraken.mid 61240.1 USD",
        "  │   kraken:/ticker?pair=BTCUSD#mid",
        "  │   as of 2026-07-28 09:59:48 UTC · fetched 2026-07-28 10:00:00 UTC · from the",
        "  │   cache in memory",
        "  └ binance.mid 61239.9 USD",
        "      binance:/ticker?pair=BTCUSD#mid",
        "      as of 2026-07-28 09:59:48 UTC · fetched 2026-07-28 10:00:00 UTC · from the",
        "      cache in memory",
        "",
        "change 1.84 pct",
        "  kraken:/ticker?pair=BTCUSD#change",
        "  as of 2026-07-28 09:59:48 UTC · from the cache in memory",
        "",
        "Also looked at: cap. For one of them: mobius why 0198f1c2-3b4d FACT",
    ]
    assert document["id"] == ANSWER_ID
    assert document["facts"]["price"]["derived_from"] == ["kraken.mid", "binance.mid"]
    assert document["facts"]["kraken.mid"]["value"] == 61240.1
    assert document["shown"] == ["price", "change"]
    assert document["others"] == ["cap"]


async def test_why_one_fact_keeps_its_parents_only(kept: FakeApplication) -> None:
    result, lines, _ = await done("why 0198f1c2 price", kept)
    assert set(result.facts) == {"price", "kraken.mid", "binance.mid"}
    assert lines[3] == "price 61240 USD"


async def test_why_says_why_a_figure_is_unknown(kept: FakeApplication) -> None:
    _, lines, _ = await done("why 0198f1c2 cap", kept)
    assert lines[3:] == ["cap unknown", "  why unknown: no aggregator answered"]


async def test_why_keeps_every_digit() -> None:
    fact = Fact(id="f", value=Decimal("0.000000123456789012"), unit="USD", source="s", path="s:/x#y", as_of=NOW)
    application = FakeApplication()
    application.answers.kept["a"] = ENCODER.encode(
        answer(id="a", facts={"f": fact}, headline=(FactRef("f", "price", "x"),))
    )
    _, lines, _ = await done("why a", application)
    assert "f 0.000000123456789012 USD" in lines


async def test_why_tells_a_shared_parent_once() -> None:
    leaf = Fact(id="leaf", value=1, unit="count", source="s", path="s:/x#y")
    one = derive("one", 1, "count", [leaf], "as is")
    two = derive("two", 2, "count", [leaf, one], "the sum")
    application = FakeApplication()
    facts = {fact.id: fact for fact in (one, two, leaf)}
    headline = tuple(FactRef(key, "count", "x") for key in ("one", "two"))
    application.answers.kept["a"] = ENCODER.encode(answer(id="a", facts=facts, headline=headline))
    _, lines, _ = await done("why a", application)
    assert sum("s:/x#y" in line for line in lines) == 1
    assert "  └ leaf 1 count" in lines
    assert "  ├ leaf 1 count (see above)" in lines
    assert "  └ one 1 count (see above)" in lines


async def test_why_of_an_unknown_answer_or_fact_is_bad_input(kept: FakeApplication) -> None:
    with pytest.raises(BadParameter, match="No answer is kept under 'nope'"):
        await done("why nope", kept)
    with pytest.raises(BadParameter, match="has no fact 'prixe'") as caught:
        await done("why 0198 prixe", kept)
    assert caught.value.hint == "It has: price"
    with pytest.raises(NoData):
        await done("why", FakeApplication())


# ------------------------------------------------------------------------------------------------------------- history


async def test_an_import_tells_bars_and_oddities(tmp_path: Path) -> None:
    file = tmp_path / "BTC-USD.csv"
    file.touch()
    odd = tuple(Oddity(kind="gap", message=f"gap {n}") for n in range(7))
    application = FakeApplication(history=FakeHistory(held=(held(oddities=odd, n_bars=12_345),)))
    _, lines, document = await done(f"history import {file} --asset BTC --venue kraken", application)
    assert application.history.imported == [(file, "BTC", None, "kraken")]
    assert lines[0] == "BTC/USD kraken 1h: 12,345 bars, 2024-03-01 to 2024-03-01"
    assert lines[1] == "  · gap 0"
    assert lines[-1] == "  · and 2 more of the like"
    assert document["series"][0]["key"]["asset"] == "BTC"


async def test_nothing_is_imported_when_a_file_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "BTC-USD.csv"
    file.touch()
    application = FakeApplication()
    with pytest.raises(BadParameter, match=r"nope\.csv' is no file"):
        await done(f"history import {file} {tmp_path}/nope.csv", application)
    assert application.history.imported == []


async def test_a_file_that_fails_costs_only_itself(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).touch()
    history = FakeHistory(held=(held(),), error=BadParameter("b.csv row 7: no close", hint="Mend the row."))
    line = f"history import {tmp_path}/a.csv {tmp_path}/b.csv"
    result, lines, _ = await done(line, FakeApplication(history=history))
    assert "Refused b.csv row 7: no close Mend the row." in lines
    assert result.exit_code == 2
    assert len(result.series) == 1


async def test_one_file_that_fails_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "b.csv").touch()
    history = FakeHistory(error=BadParameter("b.csv row 7: no close"))
    history.imported.append((tmp_path / "a.csv", None, None, None))
    with pytest.raises(BadParameter, match="row 7"):
        await done(f"history import {tmp_path}/b.csv", FakeApplication(history=history))


async def test_the_list_of_series() -> None:
    daily = SeriesKey(asset="ETH", quote="USDT", venue="binance", kind="perpetual", interval_s=86_400)
    odd = Oddity(kind="gap", message="a gap")
    application = FakeApplication(history=FakeHistory(held=(held(oddities=(odd,)), held(daily, n_bars=2000))))
    _, lines, _ = await done("history list", application)
    assert lines == [
        "series    venue              bar   bars  first       last        odd",
        "────────  ─────────────────  ───  ─────  ──────────  ──────────  ───",
        "BTC/USD   kraken             1h       4  2024-03-01  2024-03-01    1",
        "ETH/USDT  binance perpetual  1d   2,000  2024-03-01  2024-03-01",
    ]
    assert len((await done("history list ETH/USDT binance", application))[0].series) == 1
    with pytest.raises(BadParameter, match="No series of the history is 'doge'"):
        await done("history list doge", application)


async def test_an_empty_history_says_how_to_fill_it() -> None:
    for line in ("history list", "history gaps"):
        assert (await done(line, FakeApplication()))[1] == [
            "The history is empty. `mobius history import FILE...` fills it."
        ]


async def test_gaps_are_listed() -> None:
    ts_ms = np.array([0, 1, 2, 6], dtype=np.int64) * 3_600_000
    ones = np.ones(4)
    bars = Candles(interval_s=3600, ts_ms=ts_ms, open=ones, high=ones, low=ones, close=ones, volume=ones)
    application = FakeApplication(history=FakeHistory(held=(held(),), bars=bars))
    result, lines, _ = await done("history gaps btc", application)
    assert result.series[0].missing_bars == 3
    assert lines == [
        "BTC/USD kraken 1h: 3 bars missing beside 4",
        "  · 3 from 1970-01-01 03:00 until 1970-01-01 06:00 UTC",
    ]


# -------------------------------------------------------------------------------------------------------------- doctor


class FakeHttp:
    """Gives a status, raises an error, or never answers."""

    def __init__(self, outcome: int | Exception | None) -> None:
        self.outcome = outcome
        self.asked: list[str] = []

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        self.asked.append(path)
        if self.outcome is None:
            await asyncio.Event().wait()
        if isinstance(self.outcome, Exception):
            raise self.outcome
        assert isinstance(self.outcome, int)
        return Reply(status=self.outcome, body=b"{}", url=path, at=NOW, date=NOW)

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        return await self.get(f"{path} {body.decode()}")


def source(name: str, outcome: int | Exception | None, *, required: bool = False, key_set: bool = False) -> Source:
    spec = SourceSpec(
        name=name, title=name.title(), kind="venue", base_url=f"https://{name}.example", limits=Limits(per_minute=60),
        needs=("spot",), rights=Rights(attribution=f"Prices by {name.title()}"), probe="/ping",
        key=KeySpec(setting=f"MOBIUS_{name.upper()}_KEY", header="x", required=required, adds="more requests"),
    )  # fmt: skip
    return Source(spec=spec, offers={}, http=FakeHttp(outcome), key_set=key_set)


DOWN = "Coingecko could not be reached: its name is not known."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "live"
    folder.mkdir()
    with sqlite3.connect(folder / "mobius.sqlite") as database:
        database.execute("create table t (x)")
    database.close()
    (folder / "broken.sqlite").write_bytes(b"no database " * 100)
    key = folder / "keys"
    key.write_text("{}")
    key.chmod(0o600)
    return folder


async def test_a_source_that_is_asked_by_posting_is_probed_so(home: Path) -> None:
    one = source("hyperliquid", 200)
    posted = Source(
        spec=msgspec.structs.replace(one.spec, probe="/info", probe_body=b'{"type":"meta"}'), offers={}, http=one.http
    )
    result, _, _ = await done("doctor", FakeApplication(sources=SourceList((posted,)), home=home))
    assert [row.reachable for row in result.sources] == [True]
    assert one.http.asked == ['/info {"type":"meta"}']


async def test_the_doctor_tells_what_works_and_what_would_help(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mobius.frontends import health

    monkeypatch.setattr(health, "PROBE_S", 0.05)
    sources = (
        source("kraken", 200, key_set=True), source("binance", 451), source("coingecko", SourceUnavailable("c", DOWN)),
        source("slow", None), source("etherscan", 200, required=True), source("odd", 404),
    )  # fmt: skip
    application = FakeApplication(sources=SourceList(sources), home=home, history=FakeHistory(held=(held(),)))
    result, lines, document = await done("doctor", application)
    said = {state.name: (state.configured, state.reachable, state.said) for state in result.sources}
    assert said == {
        "kraken": (True, True, "answers"),
        "binance": (True, False, "refused with status 451"),
        "coingecko": (True, False, DOWN),
        "slow": (True, False, "no answer within 0.05 s"),
        "etherscan": (False, None, "not asked: needs a key"),
        "odd": (True, False, "answered with status 404"),
    }
    assert result.sources[0].latency_ms is not None
    files = {file.name: file.fine for file in result.files}
    assert files == {"mobius.sqlite": True, "broken.sqlite": False, "keys": True}
    assert result.history.n_series == 1
    assert document["world"] == "live"
    assert document["sources"][4]["key_adds"] == "more requests"
    assert f"· {DOWN}" in lines
    assert "· etherscan needs MOBIUS_ETHERSCAN_KEY: more requests" in lines
    assert "· binance takes MOBIUS_BINANCE_KEY: more requests" in lines
    assert "Keys set: MOBIUS_KRAKEN_KEY" in lines
    assert any(line.startswith("· Flipside: ") for line in lines)
    assert all(len(line) <= 80 for line in lines)
    narrow = (await done("doctor", application, width=40))[1]
    assert all(len(line) <= 40 for line in narrow)


HEALTH = SourceHealth(
    breaker="open", budget=3, n_timed=40, p50_ms=41.0, p95_ms=180.0, n_hedged=2,
    drift=Drift(need="fee_history", at=NOW, place="$[0].open", message="open is no number (at $[0].open)"),
    spent_usd=Decimal("0.505"), cap_usd=Decimal(5),
)  # fmt: skip


async def test_the_doctor_tells_latency_budget_breaker_drift_and_money(home: Path) -> None:
    one = source("paid", 200, key_set=True)
    paid = msgspec.structs.replace(
        one, spec=msgspec.structs.replace(one.spec, cost=CostSpec(usd_per_request=0.005, cap_setting="MOBIUS_PAID_CAP")),
        cap_set=True, health=lambda: HEALTH,
    )  # fmt: skip
    plain = msgspec.structs.replace(source("kraken", 200), health=lambda: HEALTH)
    capless = msgspec.structs.replace(paid, cap_set=False, health=None)
    application = FakeApplication(sources=SourceList((paid, plain, capless)), home=home)
    result, lines, document = await done("doctor", application)
    assert one.http.asked == []  # what costs money is not asked to see whether it answers
    assert [state.said for state in result.sources] == [
        "not asked: each request costs money", "answers", "not asked: needs a cap"
    ]  # fmt: skip
    assert document["sources"][1]["health"]["drift"]["place"] == "$[0].open"
    text = " ".join(line.strip() for line in lines)
    for said in (
        "41–180 ms", "left alone for some seconds", "a reply broke its shape on 2026-07-28 10:00 UTC (fee history)",
        "$0.50 of $5.00 spent this month", "paid needs MOBIUS_PAID_CAP",
    ):  # fmt: skip
        assert said in text
    assert all(len(line) <= 80 for line in lines)


async def test_sources_that_wait_for_one_key_are_told_together(home: Path) -> None:
    states = [source(f"node{number}", 200, required=True) for number in range(3)]
    key = KeySpec(setting="MOBIUS_NODE_KEY", header="x", required=True, adds="all the chains")
    sources = tuple(msgspec.structs.replace(one, spec=msgspec.structs.replace(one.spec, key=key)) for one in states)
    _, lines, _ = await done("doctor", FakeApplication(sources=SourceList(sources), home=home))
    assert "· node0, node1, node2 need MOBIUS_NODE_KEY: all the chains" in lines


async def test_no_source_is_asked_about_the_past(home: Path) -> None:
    one = source("kraken", 200)
    result, _, _ = await done("doctor --as-of 2024-03-05", FakeApplication(sources=SourceList((one,)), home=home))
    assert one.http.asked == []
    assert result.sources[0].reachable is None


async def test_a_key_file_that_others_may_read_is_told(home: Path) -> None:
    if os.name == "nt":
        pytest.skip("permissions are access lists there")
    (home / "keys").chmod(0o644)
    result, lines, _ = await done("doctor", FakeApplication(home=home))
    assert not {file.name: file.fine for file in result.files}["keys"]
    assert any("run chmod 600" in line for line in lines)


class CountedHttp(FakeHttp):
    """Lets every other task run before it answers, and counts how many are asked at the same time."""

    now = 0
    most = 0

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        CountedHttp.now += 1
        CountedHttp.most = max(CountedHttp.most, CountedHttp.now)
        for _ in range(100):
            await asyncio.sleep(0)
        CountedHttp.now -= 1
        return await super().get(path, params, keep=keep)


async def test_many_sources_are_asked_in_turns_and_all_of_them(home: Path) -> None:
    from mobius.frontends import health

    many = SourceList(
        tuple(Source(spec=source(f"s{n}", 200).spec, offers={}, http=CountedHttp(200)) for n in range(50))
    )
    result, _, _ = await done("doctor", FakeApplication(sources=many, home=home))
    assert [row.reachable for row in result.sources] == [True] * 50
    assert [row.name for row in result.sources] == [f"s{n}" for n in range(50)]
    assert CountedHttp.most == health.AT_ONCE


async def test_the_doctor_says_what_is_simulated(home: Path) -> None:
    _, lines, _ = await done("doctor", FakeApplication(home=home, world=parse_world("sandbox")))
    assert lines[0].startswith("SIMULATED · Möbius ")


async def test_packages_that_the_installation_declares() -> None:
    result, _, _ = await done("doctor", FakeApplication())
    assert {"msgspec", "rich"} <= {item.name for item in result.packages if item.version}


# ---------------------------------------------------------------------------------------------------------- understand


async def test_understand_needs_a_text_or_a_file() -> None:
    pytest.importorskip("mobius.language.understand")
    with pytest.raises(BadParameter):
        await done("understand", FakeApplication())


async def test_understanding_is_shown() -> None:
    pytest.importorskip("mobius.language.understand")
    result, lines, document = await done("understand 0.2 eth in euros", FakeApplication())
    assert result.intent == "convert"
    assert document["slots"]["assets"] == ["ETH"]
    assert lines[0].startswith("convert (")
    assert "  assets: ETH" in lines


async def test_questions_of_a_file_are_scored(tmp_path: Path) -> None:
    pytest.importorskip("mobius.language.evaluate")
    file = tmp_path / "questions.tsv"
    file.write_text('intent\ttext\tslots\nprice\twhat is btc\t{"assets":["BTC"]}\ngreeting\tgm\t{}\n')
    _, lines, document = await done(f"understand --eval {file}", FakeApplication())
    assert document["n"] == 2
    assert set(document) == {"n", "metrics", "by"}
    assert lines[0] == "2 rows"
    with pytest.raises(BadParameter, match="cannot be read"):
        await done(f"understand --eval {tmp_path}/nope.tsv", FakeApplication())

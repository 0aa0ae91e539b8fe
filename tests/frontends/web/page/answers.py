"""Answers made by hand for the page's tests: figures with a derivation, a table, charts, a past day, hostile text."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from mobius.core.answers import (
    Answer,
    ChartBlock,
    FactRef,
    ListBlock,
    SeriesData,
    SourceNote,
    TableBlock,
    TextBlock,
)
from mobius.core.facts import Fact, column_digest, derive, unknown
from mobius.core.ids import new_id

NOW = datetime(2026, 11, 2, 9, 0, 41, tzinfo=UTC)
THEN = NOW - timedelta(seconds=41)
TITLES = {"binance": "Binance", "kraken": "Kraken", "coingecko": "CoinGecko"}
HOSTILE = (
    '<img src=x onerror="alert(1)">\'"</script><script>alert(2)</script> **bold** [a](javascript:alert(3)) '
    "{{ 7 * 7 }} \u202egnp\u202c 🦄"
)


def answer_id(number: int) -> str:
    return new_id(THEN, entropy=number.to_bytes(10, "big"))


def leaf(fact_id: str, value: Any, unit: str, source: str = "kraken", **more: Any) -> Fact:
    fields = {
        "path": f"{source}:/0/public/Ticker?pair=XBTUSD#result.XXBTZUSD.{fact_id}",
        "as_of": THEN,
        "fetched_at": THEN,
    }
    return Fact(id=fact_id, value=value, unit=unit, source=source, simulated=True, **{**fields, **more})


def ref(fact: Fact, fmt: str, text: str) -> FactRef:
    return FactRef(fact=fact.id, format=fmt, text=text)


def make(number: int, question: str, headline: tuple[Any, ...], facts: list[Fact], **more: Any) -> Answer:
    plain = "".join(part if isinstance(part, str) else part.text for part in headline)
    fields: dict[str, Any] = {
        "status": "answered", "intent": "price", "world": "sandbox:7", "simulated": True, "elapsed_ms": 29.4,
        "sources": (
            SourceNote(name="binance", as_of=THEN, tier="origin", attribution="Market data: Binance"),
            SourceNote(name="kraken", as_of=THEN, tier="l1", attribution="Market data: Kraken"),
            SourceNote(name="coingecko", failed="CoinGecko did not answer in time."),
        ),
        "followups": ("chart BTC 90d", "RSI on BTC", "how's the market"),
    }  # fmt: skip
    return Answer(
        id=answer_id(number), question=question, headline=headline, headline_plain=plain,
        facts={fact.id: fact for fact in facts}, **{**fields, **more},
    )  # fmt: skip


def price(number: int = 1, question: str = "What's BTC doing today?", *, dollars: int = 75_404) -> Answer:
    """A price made from two venues, each from bid and ask."""
    sides = [
        leaf("btc.bid.kraken", dollars - 1.5, "USD"),
        leaf("btc.ask.kraken", dollars + 1.5, "USD"),
        leaf("btc.bid.binance", dollars - 2, "USDT", "binance", path="binance:/api/v3/ticker/24hr#bidPrice"),
        leaf("btc.ask.binance", dollars + 2, "USDT", "binance", path="binance:/api/v3/ticker/24hr#askPrice"),
    ]
    kraken = derive("btc.mid.kraken", dollars, "USD", sides[:2], "mean of bid and ask")
    binance = derive("btc.mid.binance", dollars, "USDT", sides[2:], "mean of bid and ask")
    now = derive("btc.price", dollars, "USD", [kraken, binance], "median of 2 venues' mids")
    change = leaf("btc.change_24h", -0.474, "pct", "binance", path="binance:/api/v3/ticker/24hr#priceChangePercent")
    cap = unknown("btc.market_cap", "USD", "CoinGecko did not answer")
    week = SeriesData(
        name="BTC", unit="USD", ts=tuple(1_793_000_000_000 + 3_600_000 * at for at in range(100)),
        columns={"value": tuple(75_000 + 900 * math.sin(at / 9) for at in range(100))},
    )  # fmt: skip
    column = _column("btc.week", week, now)
    return make(
        number, question,
        ("Bitcoin is ", ref(now, "price", f"${dollars:,}"), ", ", ref(change, "change", "down 0.5 %"), " in 24 h."),
        [now, kraken, binance, *sides, change, cap, column],
        blocks=(
            TextBlock(text=("24 h range ", ref(sides[0], "price", "$73,699"), " to ", ref(sides[1], "price", "$76,290"),
                            " · market cap ", ref(cap, "big", "unknown"))),
            ChartBlock(figure="sparkline", title="Bitcoin, seven days", series=("btc.week",), data={"btc.week": week}),
        ),
        caveats=(("Median of 2 quotes; ", ref(now, "age", "41 s ago"), "."),),
    )  # fmt: skip


def chart(number: int = 2, question: str = "chart ETH 90d", **more: Any) -> Answer:
    """Ninety daily candles with volume, one of them with a hole, and two levels."""
    start = 1_785_801_600_000
    closes = [2000 + 300 * math.sin(at / 8) + at * 5 for at in range(90)]
    opens = [2000.0, *closes[:-1]]
    columns: dict[str, tuple[float | None, ...]] = {
        "open": tuple(opens), "close": tuple(closes),
        "high": tuple(max(pair) + 40 for pair in zip(opens, closes, strict=True)),
        "low": tuple(min(pair) - 40 for pair in zip(opens, closes, strict=True)),
        "volume": (*(3e6 + 1e6 * math.cos(at) for at in range(89)), None),
    }  # fmt: skip
    bars = SeriesData(name="ETH", unit="USDT", ts=tuple(start + 86_400_000 * at for at in range(90)), columns=columns)
    low, high = leaf("eth.low", 1773.24, "USDT", "binance"), leaf("eth.high", 2733.43, "USDT", "binance")
    move = derive("eth.move_90d", 33.04, "pct", [low, high], "last close against the first")
    return make(
        number, question, ("ETH rose ", ref(move, "pct", "33.0 %"), " in 90 days."),
        [move, low, high, _column("eth.chart", bars, low)], intent="chart",
        blocks=(
            ChartBlock(figure="candles", title="ETH in USDT, 1d bars", series=("eth.chart",), data={"eth.chart": bars},
                       levels=(ref(low, "price", "$1,773"), ref(high, "price", "$2,733"))),
            TextBlock(text=("Low ", ref(low, "price", "$1,773"), ", high ", ref(high, "price", "$2,733"))),
        ),
        caveats=(("Traded in USDT, shown as dollars.",),), **more,
    )  # fmt: skip


def lines(number: int = 3, question: str = "compare BTC and ETH") -> Answer:
    """Two rebased lines, and a table."""
    data = {
        f"{name.lower()}.line": SeriesData(
            name=name, unit="index", ts=tuple(1_785_801_600_000 + 86_400_000 * at for at in range(60)),
            columns={"close": tuple(100 + at * slope + 4 * math.sin(at / 5) for at in range(60))},
        )
        for name, slope in (("BTC", 0.6), ("ETH", -0.3))
    }  # fmt: skip
    root = leaf("btc.bars", 60, "count", "binance")
    change = leaf("btc.change", 45.2, "pct", "binance")
    fall = leaf("eth.change", -18.0, "pct", "binance")
    volume = leaf("btc.volume", 7_080_000_000, "USD", "binance")
    return make(
        number, question, ("BTC did best: ", ref(change, "change", "up 45.2 %"), "."),
        [change, fall, volume, root, *(_column(key, each, root) for key, each in data.items())], intent="chart",
        blocks=(
            ChartBlock(figure="line", title="BTC and ETH, rebased to 100", series=tuple(data), data=data),
            TableBlock(
                columns=("", "price", "90 days", "volume", "market cap"),
                rows=(
                    ("Bitcoin", ref(root, "price", "$75,404"), ref(change, "signed", "+45.2 %"),
                     ref(volume, "big", "$7.08 bn"), ref(volume, "big", "$1.51 tn")),
                    ("Ethereum", ref(root, "price", "$2,501"), ref(fall, "signed", "−18.0 %"),
                     ref(volume, "big", "$5.11 bn"), ""),
                ),
            ),
            ListBlock(title="On BTC before", items=(("RSI rose above 70: ", ref(root, "count", "60"), "× before."),)),
        ),
    )  # fmt: skip


def past(number: int = 4) -> Answer:
    """The close of a past day, from imported bars."""
    day = datetime(2024, 3, 6, tzinfo=UTC)
    close = leaf(
        "btc.close", 63_724.01, "USDT", "history:binance", tier="history", as_of=day, fetched_at=NOW,
        path="history:binance/BTC-USDT/spot/1h#BTCUSDT.parquet",
    )  # fmt: skip
    return make(
        number, "what was btc doing on 5 March 2024",
        ("Bitcoin closed at ", ref(close, "price", "$63,724"), " on ", ref(close, "day", "5 March 2024"), "."), [close],
        as_of=day, world="live", simulated=False,
        sources=(SourceNote(name="history:binance", as_of=day, tier="history"),),
    )  # fmt: skip


def hostile(number: int = 5) -> Answer:
    """Outside text that means harm in every field that can hold text."""
    bad = leaf("bad<b>.fact", HOSTILE, "text", reason=None, path=f"kraken:{HOSTILE}")
    made = derive("made", 5, "USD", [bad], HOSTILE)
    lacking = unknown("lacking", "USD", HOSTILE)
    bars = SeriesData(
        name=HOSTILE, unit=HOSTILE, ts=tuple(1_785_801_600_000 + 86_400_000 * at for at in range(20)),
        columns={"close": tuple(float(at) for at in range(20))},
    )  # fmt: skip
    column = _column("bad.column", bars, bad)
    return make(
        number, HOSTILE, (HOSTILE, ref(bad, "text", HOSTILE), ref(made, "price", "$5")), [bad, made, lacking, column],
        status="partial",
        blocks=(
            TextBlock(text=(HOSTILE, ref(lacking, "price", "unknown"))),
            ListBlock(title=HOSTILE, items=((HOSTILE,),)),
            TableBlock(title=HOSTILE, columns=(HOSTILE, "n"), rows=((HOSTILE, ref(made, "price", "$5")),)),
            ChartBlock(figure="line", title=HOSTILE, series=("bad.column",), data={"bad.column": bars},
                       levels=(ref(made, "price", HOSTILE),)),
        ),
        caveats=((HOSTILE,),), followups=(HOSTILE,),
        sources=(SourceNote(name=HOSTILE, as_of=THEN, tier="origin", attribution=HOSTILE),
                 SourceNote(name="kraken", failed=HOSTILE)),
    )  # fmt: skip


def _column(fact_id: str, data: SeriesData, parent: Fact) -> Fact:
    fact = derive(fact_id, len(data.ts), "count", [parent], "the drawn bars")
    return Fact(**{name: getattr(fact, name) for name in fact.__struct_fields__} | {
        "n": len(data.ts), "sha256": column_digest({"ts": data.ts, **data.columns})})  # fmt: skip

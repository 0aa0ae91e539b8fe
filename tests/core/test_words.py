"""How figures read, and how templates are filled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.answers import FactRef, SeriesData
from mobius.core.facts import Fact, unknown
from mobius.core.words import FORMATS, Dynamic, Static, Writer, render

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def fact(value: Any, unit: str = "USD", *, as_of: datetime | None = NOW) -> Fact:
    return Fact(id="x", value=value, unit=unit, source="kraken", path="kraken:/x#y", as_of=as_of)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("61240.4", "USD", "$61,240"),
        ("1999.99", "USD", "$2,000"),
        ("143.256", "USD", "$143.26"),
        ("12.5", "USDT", "$12.50"),
        ("0.00001234567", "USD", "$0.00001235"),
        ("0.7", "USD", "$0.7"),
        ("0.99987", "USDC", "$0.9999"),
        ("1.0002", "USD", "$1.0002"),
        ("1", "USD", "$1.0000"),
        ("0.877", "USD", "$0.877"),
        ("56000", "EUR", "€56,000"),
        ("9123456", "JPY", "¥9,123,456"),
        ("0.051234", "BTC", "0.051234 BTC"),
        ("0.0512345678", "BTC", "0.051235 BTC"),
        ("-3.5", "USD", "−$3.50"),
        ("0", "USD", "$0"),
        ("1e-21", "USD", "$0.000000000000000000001"),
        ("100000000000000000000000000000000", "USD", "$100,000,000,000,000,000,000,000,000,000,000"),
    ],
)  # fmt: skip
def test_prices_read_to_the_tick_people_quote(value: str, unit: str, text: str) -> None:
    assert render(fact(Decimal(value), unit), "price") == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("12400000", "USD", "$12.4 M"),
        ("3100000000", "USD", "$3.1 bn"),
        ("2310000000000", "USD", "$2.31 tn"),
        ("212000000", "USD", "$212 M"),
        ("999600", "USD", "$1.0 M"),
        ("12400", "USD", "$12.4 k"),
        ("19900000", "BTC", "19.9 M BTC"),
        ("-5400000", "USD", "−$5.4 M"),
        ("950", "USD", "$950.00"),
        ("1e40", "USD", "$10,000,000,000,000,000,000,000,000,000 tn"),
    ],
)
def test_big_sums_read_in_thousands_millions_billions(value: str, unit: str, text: str) -> None:
    assert render(fact(Decimal(value), unit), "big") == text


@pytest.mark.parametrize(
    ("value", "fmt", "text"),
    [
        ("1.84", "change", "up 1.8 %"),
        ("-0.5", "change", "down 0.5 %"),
        ("0.04", "change", "unchanged"),
        ("0.05", "change", "unchanged"),
        ("0.051", "change", "up 0.1 %"),
        ("-0.05", "change", "unchanged"),
        ("1.84", "signed", "+1.8 %"),
        ("-2.1", "signed", "−2.1 %"),
        ("0", "signed", "0.0 %"),
        ("0.05", "signed", "+0.05 %"),
        ("0.0001", "signed", "0.000 %"),
        ("57.24", "pct", "57.2 %"),
        ("0.03", "pct", "0.03 %"),
        ("0.004", "pct", "0.004 %"),
        ("-0.00001", "pct", "0.000 %"),
    ],
)
def test_percentages_have_one_decimal_and_a_sign(value: str, fmt: str, text: str) -> None:
    assert render(fact(Decimal(value), "pct"), fmt) == text


@pytest.mark.parametrize(
    ("value", "unit", "fmt", "text"),
    [
        ("0.21", "ratio", "signed", "+0.2"),
        ("21434", "USD", "amount", "$21,434.00"),
        ("0.004", "USD", "amount", "$0.004"),
        ("0.35", "BTC", "amount", "0.35 BTC"),
        ("0.123456789", "BTC", "amount", "0.123457 BTC"),
        ("12345.678901", "ETH", "amount", "12,345.679 ETH"),
        ("5", "count", "count", "5"),
        ("1234567", "count", "count", "1,234,567"),
        ("28", "index", "index", "28"),
        ("28.44", "index", "index", "28.4"),
        ("0.049123", "ratio", "ratio", "0.04912"),
        ("74.26", "index", "level", "74.3"),
        ("0.0123456", "index", "level", "0.01235"),
    ],
)
def test_other_figures_read_by_their_kind(value: str, unit: str, fmt: str, text: str) -> None:
    assert render(fact(Decimal(value), unit), fmt) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(0), "now"),
        (timedelta(seconds=41), "41 s ago"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=2), "31 October 2026 09:00 UTC"),
        (timedelta(days=2, hours=9), "31 October 2026"),
        (timedelta(seconds=-20), "now"),
        (timedelta(hours=-3), "2 November 2026 12:00 UTC"),
    ],
)
def test_ages_are_relative_under_a_day(ago: timedelta, text: str) -> None:
    assert render(fact(1, as_of=NOW - ago), "age", NOW) == text


def test_times_are_told_in_utc() -> None:
    tokyo = datetime(2024, 3, 6, 5, 0, tzinfo=timezone(timedelta(hours=9)))
    assert render(fact(1, as_of=tokyo), "date") == "5 March 2024"
    assert render(fact(1, as_of=tokyo), "clock") == "5 March 2024 20:00 UTC"


def test_a_close_at_midnight_belongs_to_the_day_before() -> None:
    midnight = datetime(2024, 3, 6, tzinfo=UTC)
    assert render(fact(1, as_of=midnight), "day") == "5 March 2024"
    assert render(fact(1, as_of=midnight), "date") == "6 March 2024"


def test_what_is_not_known_is_said_so() -> None:
    assert {render(unknown("x", "USD", "no source"), fmt, NOW) for fmt in ("price", "big", "signed", "text")} == {
        "unknown"
    }
    assert render(fact(1, as_of=None), "age", NOW) == "of unknown age"
    assert render(fact(1, as_of=None), "date") == "an unknown day"
    assert render(fact(1, as_of=None), "clock") == "an unknown time"


def test_a_text_is_told_as_it_stands() -> None:
    assert render(fact("Fear", "text"), "price") == "Fear"
    assert render(fact(5, "count"), "text") == "5"


FIGURES = [fmt for fmt in FORMATS if fmt not in ("date", "day", "clock", "age")]


@given(
    st.floats(allow_nan=False, allow_infinity=False) | st.decimals(allow_nan=False, allow_infinity=False, places=6),
    st.sampled_from(FIGURES),
    st.sampled_from(["USD", "EUR", "BTC", "pct", "ratio", "count"]),
)
def test_every_figure_reads_in_every_format(value: float | Decimal, fmt: str, unit: str) -> None:
    text = render(fact(value, unit), fmt, NOW)
    assert text
    assert "E" not in text.replace("ETH", "").replace("EUR", "") or fmt == "text"
    if fmt == "price" and value:
        assert any(digit in text for digit in "123456789")  # what is known and not nothing never reads as nothing


@given(
    st.decimals(min_value="0.0001", max_value="1e12", places=4), st.sampled_from(["price", "big", "signed", "amount"])
)
def test_a_change_of_sign_changes_only_the_sign(value: Decimal, fmt: str) -> None:
    unit = "pct" if fmt == "signed" else "USD"
    plus, minus = render(fact(value, unit), fmt), render(fact(-value, unit), fmt)
    assert plus.strip("+") == minus.replace("−", "")


@given(st.decimals(min_value="1000", max_value="1e9", places=2))
def test_large_prices_are_within_half_a_dollar(value: Decimal) -> None:
    assert abs(Decimal(render(fact(value), "price")[1:].replace(",", "")) - value) <= Decimal("0.5")


# ---------------------------------------------------------------------------------------------------------- templates


def test_a_template_keeps_its_own_words_apart_from_names_and_figures() -> None:
    line = Writer(now=NOW).say("{name} is {price:price}.", name="Bitcoin", price=fact(61240))
    assert [type(part) for part in line] == [Dynamic, Static, FactRef, Static]
    assert line == ("Bitcoin", " is ", FactRef(fact="x", format="price", text="$61,240"), ".")


def test_a_reviewed_text_stays_static_in_a_template() -> None:
    assert [type(part) for part in Writer(now=NOW).say("see {term}", term=Static("ERC-20"))] == [Static, Static]


def test_a_table_has_cells_of_one_part() -> None:
    say = Writer(now=NOW)
    table = say.table(("", "price"), [(say.cell("BTC"), say.cell(fact(5), "price"))])
    assert all(len(cell) == 1 for row in table.rows for cell in row)
    assert all(isinstance(column[0], Static) for column in table.columns)
    named = say.table(("", say.cell("Aave")), [(say.cell("BTC"), say.cell(fact(5), "price"))])
    assert [type(column[0]) for column in named.columns] == [Static, Dynamic], (
        "a name put in at run time is checked as one"
    )


def test_a_chart_names_its_series_and_renders_its_levels() -> None:
    data = SeriesData(name="BTC", unit="USD", ts=(0,), columns={"close": (1.0,)})
    draft = Writer(now=NOW).chart("line", (Static("BTC in "), Dynamic("USD")), {"btc.bars": data}, [(fact(5), "price")])
    assert draft.block.title == "BTC in USD"
    assert draft.block.series == ("btc.bars",)
    assert draft.block.levels[0].text == "$5.00"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.006", "0.006 %"),
        ("0.00571", "0.0057 %"),
        ("-0.0123", "−0.012 %"),
        ("0.01", "0.01 %"),
        ("6.57", "6.6 %"),
        ("-12.34", "−12.3 %"),
        ("0.5", "0.5 %"),
        ("0", "0 %"),
        ("0.0000000004", "0 %"),
        ("0.999", "1 %"),
    ],
)
def test_a_small_rate_keeps_two_digits_that_count(value: str, text: str) -> None:
    assert render(fact(Decimal(value), "pct"), "rate") == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("3.9", "USD", "$3.90"),
        ("483.2412", "USD", "$483"),
        ("0.11174", "USD", "$0.11"),
        ("0.0008497", "USD", "$0.00085"),
        ("0.173869", "gwei", "0.174 gwei"),
        ("0.0000445348", "ETH", "0.0000445 ETH"),
        ("16.8553", "gwei", "16.9 gwei"),
        ("0", "gwei", "0 gwei"),
    ],
)
def test_an_estimate_shows_no_more_digits_than_it_bears(value: str, unit: str, text: str) -> None:
    assert render(fact(Decimal(value), unit), "about") == text


@pytest.mark.parametrize(
    ("value", "text"), [("0.214", "+0.21"), ("-0.355", "−0.36"), ("0.001", "0.00"), ("0", "0.00"), ("1", "+1.00")]
)
def test_a_score_has_two_decimals_and_its_sign(value: str, text: str) -> None:
    fact = Fact(id="x", value=Decimal(value), unit="ratio", source="s", path="s:/x#y")
    assert render(fact, "score") == text


def test_short_lines_are_joined_by_dots_and_none_is_nothing() -> None:
    say = Writer(now=datetime(2026, 11, 1, tzinfo=UTC))
    line = say.joined([say.say("one {name}", name="a"), say.say("two")])
    assert "".join(str(part) for part in line) == "one a · two"
    assert say.joined([]) == ()

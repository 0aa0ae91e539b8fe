"""Logs: events with fields, one line each, and nothing in them that must not be."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.errors import BadParameter
from mobius.observe.logs import EventFormatter, configure_logs
from mobius.observe.redaction import redact, redact_field
from mobius.observe.spans import SpanTracer

KEY = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
BOT = "7123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
logger = logging.getLogger("mobius.test")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root, own, raising = logging.getLogger(), logging.getLogger("mobius"), logging.raiseExceptions
    handlers, levels = list(root.handlers), (root.level, own.level)
    yield
    for handler in [each for each in root.handlers if each not in handlers]:
        root.removeHandler(handler)
    root.setLevel(levels[0])
    own.setLevel(levels[1])
    logging.raiseExceptions = raising


def logs(level: str = "info", form: str = "json") -> io.StringIO:
    stream = io.StringIO()
    configure_logs(level, form="json" if form == "json" else "text", stream=stream)
    return stream


def line(**fields: object) -> str:
    record = logging.makeLogRecord({"name": "mobius.test", "levelno": 20, "levelname": "INFO", "msg": "seen", **fields})
    return EventFormatter("text").format(record)


def test_an_event_has_its_name_and_fields() -> None:
    stream = logs()
    logger.info("fetched", extra={"source": "kraken", "elapsed_ms": 41.2, "n": 3})
    event = json.loads(stream.getvalue())
    assert event.pop("at").endswith("+00:00")
    assert event == {
        "level": "info", "logger": "mobius.test", "event": "fetched", "source": "kraken", "elapsed_ms": 41.2, "n": 3,
    }  # fmt: skip


def test_text_lines_are_key_value() -> None:
    assert line(source="kraken", why="no reply yet").endswith('event=seen source=kraken why="no reply yet"')


def test_levels_hold_back_what_is_below() -> None:
    stream = logs("warning")
    logger.info("not seen")
    logging.getLogger("somelibrary").info("nor this")
    logger.warning("seen")
    assert [json.loads(each)["event"] for each in stream.getvalue().splitlines()] == ["seen"]


def test_off_is_silent() -> None:
    stream = logs("off")
    logger.critical("not seen")
    assert stream.getvalue() == ""


def test_setting_up_twice_logs_once() -> None:
    configure_logs("info", stream=io.StringIO())
    stream = logs()
    logger.info("once")
    assert len(stream.getvalue().splitlines()) == 1


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(BadParameter, match="loud"):
        configure_logs("loud")


@pytest.mark.parametrize("field", ["question", "holdings", "address", "amount", "Wallet"])
def test_private_fields_are_shown_only_when_debugging(field: str) -> None:
    stream = logs("info")
    logger.info("asked", extra={field: "is my 12 BTC safe"})
    assert "12 BTC" not in stream.getvalue()
    stream = logs("debug")
    logger.info("asked", extra={field: "is my 12 BTC safe"})
    assert "12 BTC" in stream.getvalue()


@pytest.mark.parametrize("field", ["api_key", "key", "token", "x-cg-demo-api-key", "Authorization", "bot_token",
                                   "password", "client.secret", "cookie"])  # fmt: skip
def test_secret_fields_are_hidden_even_when_debugging(field: str) -> None:
    stream = logs("debug")
    logger.info("called", extra={field: "hush-hush"})
    assert "hush" not in stream.getvalue()


@pytest.mark.parametrize(("text", "secret"), [
    ("GET https://api.example.com/v3/price?x_cg_demo_api_key=CG-abc123&ids=bitcoin", "CG-abc123"),
    ("GET /api?module=account&apikey=YourApiKeyToken&tag=latest", "YourApiKeyToken"),
    ("https://eth-mainnet.example.com/v2/aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW", "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW"),
    ("Authorization: Bearer abcdef.ghijk", "abcdef.ghijk"),
    ('{"token": "s3cr3t", "n": 1}', "s3cr3t"),
    (f"https://api.telegram.org/bot{BOT}/getUpdates", BOT),
    (f"private key {KEY}", KEY),
    (f"0x{KEY}", KEY),
    ("wallet 0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045", "d8dA6BF26964aF9D7eEd9e03E53415D37aA96045"),
    ("redis://user:hunter2@cache:6379/0", "hunter2"),
    ("sk-proj-abcdefghijklmnopqrstuvwx", "abcdefghijklmnopqrstuvwx"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "c2lnbmF0dXJl"),
    ("passphrase=correct-horse", "correct-horse"),
])  # fmt: skip
def test_secrets_are_known_by_their_shape(text: str, secret: str) -> None:
    assert secret not in redact(text)
    assert secret not in line(msg=text)
    assert secret not in line(detail=text)


@pytest.mark.parametrize("text", [
    "GET https://api.kraken.com/0/public/Ticker?pair=XBTUSD in 41 ms",
    "binance_spot_1h/BTCUSDT.parquet, row 7",
    "0192a3b4-5678-7abc-8def-0123456789ab",
    "answered intent=price status=answered",
    "2024-03-05T14:00:00+00:00",
])  # fmt: skip
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert redact(text) == text


def test_a_traceback_is_redacted() -> None:
    stream = logs()
    try:
        raise ValueError(f"bad key {KEY}")
    except ValueError:
        logger.exception("failed")
    event = json.loads(stream.getvalue())
    assert event["error"] == "ValueError"
    assert "Traceback" in event["traceback"]
    assert KEY not in stream.getvalue()


def test_arguments_of_a_message_are_redacted() -> None:
    stream = logs()
    logger.warning("reply of %s", f"https://x.example/?key={KEY}")
    assert KEY not in stream.getvalue()


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_field_cannot_break_its_line(event: str, value: str) -> None:
    text = line(msg=event.replace("%", ""), detail=value)
    assert text.isascii()
    assert text.isprintable()


@given(st.dictionaries(st.text(min_size=1, max_size=10), st.text(max_size=40), max_size=4))
def test_every_json_line_is_json(fields: dict[str, str]) -> None:
    record = logging.makeLogRecord({"msg": "seen", "levelname": "INFO", "name": "mobius"})
    for name, value in fields.items():
        record.__dict__.setdefault(name, value)
    assert json.loads(EventFormatter("json").format(record))["event"] == "seen"


def test_a_very_long_text_is_cut_and_takes_no_time() -> None:
    assert len(line(detail="a1B" * 100_000)) < 3_000


def test_lines_of_one_question_share_its_number() -> None:
    stream = logs()
    tracer = SpanTracer(lambda: 0.0)
    with tracer.span("ask"):
        logger.info("one")
        with tracer.span("run"):
            logger.info("two")
    logger.info("three")
    numbers = [json.loads(each).get("question_no") for each in stream.getvalue().splitlines()]
    assert numbers[0] == numbers[1]
    assert numbers[0] is not None
    assert numbers[2] is None


def test_numbers_stay_numbers() -> None:
    assert redact_field("n", 3, show_private=False) == 3
    assert redact_field("open", True, show_private=False) is True
    assert redact_field("amount", 12.5, show_private=False) == "<private>"
    assert redact_field("amount", None, show_private=False) is None


def test_of_a_long_traceback_the_end_is_kept() -> None:
    stream = logs()
    try:
        raise ValueError("x" * 3000 + " what broke")
    except ValueError:
        logger.exception("failed")
    assert json.loads(stream.getvalue())["traceback"].endswith(" what broke")

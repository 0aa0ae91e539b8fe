"""Alchemy, recorded: prices now and past, and calls of its nodes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from mobius.core.errors import NoData
from mobius.sources.chain import alchemy
from tests.sources.chain_checks import check_call
from tests.sources.conftest import reply
from tests.sources.contracts import Interaction, NotAsked


def check(one: Interaction) -> None:
    path, raw = urlsplit(one.url).path, one.raw()
    if "/prices/" not in path:
        method = one.asked()["method"]
        if method == "net_version":
            raise NotAsked("net_version: eth_chainId tells it for certain")
        check_call(one.body, raw, method, "alchemy_ethereum")
    elif one.status == 400:
        _expect_no_data(lambda: alchemy.expect_prices(reply(one.body, status=400)))
    elif path.endswith("/historical"):
        found = alchemy.parse_history(one.body)
        assert [(point.price_usd, point.at) for point in found] == [
            (Decimal(row["value"]), datetime.fromisoformat(row["timestamp"])) for row in raw["data"]
        ]
    elif raw["data"][0].get("error"):
        _expect_no_data(lambda: alchemy.parse_price(one.body))
    else:
        (row,) = raw["data"][0]["prices"]
        price = alchemy.parse_price(one.body)
        assert (price.price_usd, price.at) == (Decimal(row["value"]), datetime.fromisoformat(row["lastUpdatedAt"]))


def _expect_no_data(parse: Any) -> None:
    try:
        parse()
    except NoData:
        return
    raise AssertionError("a refusal was taken for a price")

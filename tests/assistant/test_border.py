"""The border where typed words become a query: names of protocols and chains, risk, sizes."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import Struct

from mobius.assistant.border import to_query
from mobius.core.errors import BadParameter
from mobius.core.protocols import CHAINS, PROTOCOLS
from mobius.core.tools import Tool


class Query(Struct, frozen=True, kw_only=True):
    protocols: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    risk: str = ""
    min_usd: float = 0.0


TOOL: Tool[Any, Any] = Tool(
    name="any", intents=(), query=Query, report=Query, run=None, words=None, examples=(), summary=""  # type: ignore[arg-type]
)  # fmt: skip


def query(**given: Any) -> Query:
    made = to_query(TOOL, given)
    assert isinstance(made, Query)
    return made


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        (("aave", "rocket-pool"), ("aave", "rocket-pool")),
        ("Aave", ("aave",)),
        ("aave, Rocket Pool", ("aave", "rocket-pool")),
        (["rocket", "pool", "and", "lido"], ("rocket-pool", "lido")),
        (["Compound V3"], ("compound",)),
        ("aave aave", ("aave",)),
    ],
)
def test_typed_protocols_become_our_slugs(typed: Any, slugs: tuple[str, ...]) -> None:
    assert query(protocols=typed).protocols == slugs


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("mainnet", ("ethereum",)),
        (["BNB", "Chain", "base"], ("bsc", "base")),
        ("arbitrum,op mainnet", ("arbitrum", "optimism")),
    ],
)
def test_typed_chains_become_our_slugs(typed: Any, slugs: tuple[str, ...]) -> None:
    assert query(chains=typed).chains == slugs


@pytest.mark.parametrize("slug", [*PROTOCOLS])
def test_every_slug_of_a_protocol_stands_for_itself(slug: str) -> None:
    assert query(protocols=(slug,)).protocols == (slug,)


@pytest.mark.parametrize("slug", [*CHAINS])
def test_every_slug_of_a_chain_stands_for_itself(slug: str) -> None:
    assert query(chains=(slug,)).chains == (slug,)


def test_an_unknown_name_is_refused_with_names_near_to_it() -> None:
    with pytest.raises(BadParameter, match="'arbitrim'") as caught:
        query(chains=["arbitrim"])
    assert "Arbitrum" in str(caught.value.hint)
    with pytest.raises(BadParameter, match="protocol 'xyzzy42'") as caught:
        query(protocols="xyzzy42")
    assert caught.value.hint


@pytest.mark.parametrize("typed", [7, {"a": 1}, ["and " * 90]])
def test_what_is_no_list_of_names_is_refused(typed: Any) -> None:
    with pytest.raises(BadParameter):
        query(protocols=typed)


@pytest.mark.parametrize(
    ("typed", "risk"),
    [("low", "conservative"), ("Medium Risk", "moderate"), ("degen", "aggressive"), ("moderate", "moderate")],
)
def test_risk_is_one_of_three(typed: str, risk: str) -> None:
    assert query(risk=typed).risk == risk


def test_another_risk_is_refused() -> None:
    with pytest.raises(BadParameter, match="no risk"):
        query(risk="some")


@pytest.mark.parametrize(
    ("typed", "size"), [("$1m", 1e6), ("250k", 250_000.0), (0, 0.0), ("0", 0.0), (5.0, 5.0), ("1,200", 1200.0)]
)
def test_a_size_is_read_as_people_write_it(typed: Any, size: float) -> None:
    assert query(min_usd=typed).min_usd == size


@pytest.mark.parametrize("typed", ["-5", "nan", "inf", "much", 1e300])
def test_a_size_that_is_none_is_refused(typed: Any) -> None:
    with pytest.raises(BadParameter):
        query(min_usd=typed)

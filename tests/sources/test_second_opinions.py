"""GoPlus, Honeypot.is and Sourcify: unknown is not safe, percent is percent, no verdict is none, unpublished is no data."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from mobius.core.errors import MobiusError, NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.explorer_needs import HoneypotQuery, TokenSecurityQuery, VerifiedSourceQuery
from mobius.sources.chain import goplus, honeypot, sourcify
from tests.sources.conftest import reply

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

TOKEN, WHO = "0x" + "c0" * 20, "0x" + "ab" * 20
SECURITY = TokenSecurityQuery(chain="base", token=TOKEN)


def scanned(code: int = 1, **row: Any) -> bytes:
    return json.dumps({"code": code, "message": "said", "result": {TOKEN.upper().replace("0X", "0x"): row}}).encode()


async def test_a_flag_that_was_not_judged_is_unknown_not_safe(provider: Providers) -> None:
    http = provider(scanned(is_honeypot="0", is_mintable="1", is_proxy="", buy_tax="0.05", sell_tax="", holder_count="12",
                            owner_address="", creator_address=WHO, creator_percent="0.125"))  # fmt: skip
    got = (await goplus.token_security(SECURITY, http)).value
    assert (got.flags["is_honeypot"], got.flags["is_mintable"]) == (False, True)
    assert (got.flags["is_proxy"], got.flags["selfdestruct"]) == (None, None)
    assert (got.buy_tax_pct, got.sell_tax_pct, got.creator_share_pct) == (Decimal("5.00"), None, Decimal("12.500"))
    assert (got.holders, got.owner, got.creator, got.partial) == (12, None, WHO, False)
    assert got.fields["buy_tax_pct"] == f"result.{TOKEN}.buy_tax x 100"
    assert http.asked == [("/api/v1/token_security/8453", {"contract_addresses": TOKEN})]


async def test_a_scan_that_has_not_finished_says_so(provider: Providers) -> None:
    assert (await goplus.token_security(SECURITY, provider(scanned(2, is_proxy="1")))).value.partial is True


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"code":4029,"message":"too many requests","result":null}', RateLimited),
        (b'{"code":4012,"message":"signature verification failure"}', SourceUnavailable),
        (b'{"code":1,"message":"OK","result":{}}', NoData),
        (b'{"code":1,"message":"OK","result":null}', NoData),
        (scanned(), NoData),
        (scanned(is_proxy="yes"), SourceChanged),
        (scanned(is_proxy=1), SourceChanged),
        (scanned(buy_tax="-0.1"), SourceChanged),
        (scanned(buy_tax="a lot"), SourceChanged),
        (scanned(owner_address="nobody"), SourceChanged),
        (scanned(holder_count="1.5"), SourceChanged),
    ],
)
async def test_what_is_no_finding(provider: Providers, body: bytes, kind: type[MobiusError]) -> None:
    with pytest.raises(kind):
        await goplus.token_security(SECURITY, provider(body))


async def test_chains_that_are_not_served_are_not_asked_about(provider: Providers) -> None:
    http = provider(b"")
    for asked in (
        goplus.token_security(TokenSecurityQuery(chain="solana", token=TOKEN), http),
        honeypot.honeypot(HoneypotQuery(chain="polygon", token=TOKEN), http),
        sourcify.verified_source(VerifiedSourceQuery(chain="solana", address=TOKEN), http),
    ):
        with pytest.raises(NoData):
            await asked
    assert http.asked == []


def simulated(**more: Any) -> bytes:
    return json.dumps({"simulationSuccess": True, "honeypotResult": {"isHoneypot": False}, "summary": {"risk": "low"},
                       "simulationResult": {"buyTax": 0, "sellTax": 5.5, "transferTax": None},
                       "contractCode": {"openSource": True, "isProxy": False}} | more).encode()  # fmt: skip


async def test_a_simulated_trade_tells_taxes_in_percent(provider: Providers) -> None:
    http = provider(simulated())
    got = (await honeypot.honeypot(HoneypotQuery(chain="bsc", token=TOKEN), http)).value
    assert (got.honeypot, got.risk, got.open_source) == (False, "low", True)
    assert [got.buy_tax_pct, got.sell_tax_pct, got.transfer_tax_pct] == [Decimal(0), Decimal("5.5"), None]
    assert http.asked[0][1] == {"address": TOKEN, "chainID": "56"}


async def test_a_simulation_that_failed_is_no_verdict(provider: Providers) -> None:
    body = simulated(simulationSuccess=False, simulationError="TRANSFER_FROM_FAILED")
    got = (await honeypot.honeypot(HoneypotQuery(chain="base", token=TOKEN), provider(body))).value
    assert (got.honeypot, got.risk, got.sell_tax_pct, got.reason) == (None, None, None, "TRANSFER_FROM_FAILED")


async def test_a_token_without_a_pool_is_no_data(provider: Providers) -> None:
    with pytest.raises(NoData, match="no pool"):
        await honeypot.honeypot(HoneypotQuery(chain="base", token=TOKEN), provider(reply(b'{"code":404}', status=404)))


@pytest.mark.parametrize(
    "change", [{"simulationResult": {"sellTax": -1}}, {"simulationSuccess": "yes"}, {"honeypotResult": 3}]
)
async def test_a_verdict_of_another_shape_is_refused(provider: Providers, change: dict[str, Any]) -> None:
    with pytest.raises(SourceChanged):
        await honeypot.honeypot(HoneypotQuery(chain="base", token=TOKEN), provider(simulated(**change)))


async def test_published_source_tells_how_well_it_matches(provider: Providers) -> None:
    row = {"match": "exact_match", "abi": [{"type": "function"}], "sources": {"a.sol": {"content": "A"}},
           "compilation": {"language": "Solidity", "compilerVersion": "0.8.24", "name": "Vault"},
           "proxyResolution": {"isProxy": True, "proxyType": "EIP1967Proxy",
                               "implementations": [{"address": WHO}]}}  # fmt: skip
    query = VerifiedSourceQuery(chain="arbitrum", address=TOKEN)
    http = provider(json.dumps(row).encode())
    got = (await sourcify.verified_source(query, http)).value
    assert (got.match, got.name, got.files, got.proxy_kind) == ("exact", "Vault", {"a.sol": "A"}, "EIP1967Proxy")
    assert (got.implementations, json.loads(got.abi or "")) == ((WHO,), [{"type": "function"}])
    assert http.asked[0][0] == f"/v2/contract/42161/{TOKEN}"
    partial = (await sourcify.verified_source(query, provider(b'{"match":"match"}'))).value
    assert (partial.match, partial.abi, partial.files, partial.proxy_kind) == ("partial", None, {}, None)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(b'{"match":null,"creationMatch":null}', status=404), NoData),
        (b'{"match":null}', NoData),
        (b'{"match":"perfect"}', SourceChanged),
        (b'{"match":"match","abi":{}}', SourceChanged),
        (reply(b'{"customCode":"unsupported_chain","message":"no","errorId":"1"}', status=400), NoData),
        (reply(b'{"customCode":"invalid_parameter","message":"no","errorId":"1"}', status=400), SourceUnavailable),
    ],
)
async def test_source_that_is_not_published(provider: Providers, answer: Any, kind: type[MobiusError]) -> None:
    with pytest.raises(kind):
        await sourcify.verified_source(VerifiedSourceQuery(chain="base", address=TOKEN), provider(answer))

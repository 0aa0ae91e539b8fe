"""Honeypot.is (`api.honeypot.is`): a simulated buy and sell of a token, taxes in percent.

A token without a pair is not found; where the simulation fails there is no verdict. Here: v2/IsHoneypot. Not here: holders.
"""

from __future__ import annotations

from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.scams import suspect_of
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said

_CHAINS = {"1": "ethereum", "56": "bsc", "8453": "base"}


def _is_honeypot(ask: Ask, scene: Scene) -> Said:
    chain, address = _CHAINS.get(ask.params.get("chainID", "1")), ask.params.get("address", "").lower()
    if chain is None or len(address) != 42 or not address.startswith("0x") or not address[2:].isalnum():
        return said({"code": 400, "error": "invalid address or chain"}, status=400)
    suspect = suspect_of(scene.world, chain, address)
    if suspect is None:
        return said({"code": 404, "error": "No pairs found"}, status=404)
    failed = not suspect.open_source
    level = 100 if suspect.honeypot else 60 if suspect.sell_tax > 0.2 else 1
    risk = "honeypot" if suspect.honeypot else "high" if suspect.sell_tax > 0.2 else "low"
    answer: dict[str, Json] = {
        "token": {"name": suspect.symbol, "symbol": suspect.symbol, "decimals": 18, "address": address,
                  "totalHolders": suspect.holders},
        "withToken": {"name": "Wrapped Ether", "symbol": "WETH", "decimals": 18, "totalHolders": 500_000},
        "summary": {"risk": "unknown" if failed else risk, "riskLevel": 50 if failed else level, "flags": []},
        "simulationSuccess": not failed,
        "contractCode": {"openSource": suspect.open_source, "rootOpenSource": suspect.open_source, "isProxy": suspect.proxy,
                         "hasProxyCalls": False},
        "holderAnalysis": {"holders": str(suspect.holders), "successful": str(suspect.holders), "failed": "0", "siphoned": "0"},
        "pair": {"pair": {"name": f"{suspect.symbol}-WETH", "address": "0x" + "ab" * 20, "type": "UniswapV2"}, "chainId": "1"},
    }  # fmt: skip
    if failed:
        answer["simulationError"] = "EXECUTION_FAILED"
    else:
        answer["honeypotResult"] = {"isHoneypot": suspect.honeypot}
        answer["simulationResult"] = {
            "buyTax": suspect.buy_tax * 100, "sellTax": suspect.sell_tax * 100, "transferTax": 0, "buyGas": "166000",
            "sellGas": "151000",
        }  # fmt: skip
    return said(answer)


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"code": 404, "error": "Not Found"}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said(
        {"code": 429, "error": "Too Many Requests"}, status=429, headers={"Retry-After": str(spent.retry_after_s)}
    )


PROVIDER = Provider(
    name="honeypot",
    prefix="/honeypot",
    routes={"/v2/IsHoneypot": _is_honeypot},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(60, 60)},
)

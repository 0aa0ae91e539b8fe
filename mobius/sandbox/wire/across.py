"""Across's quotes (`app.across.to/api`): what its relayers take of an amount.

Here: suggested-fees, limits. Not here: deposits, routes of other bridges (lifi).
"""

from __future__ import annotations

from mobius.sandbox.bridging import ledger_of, moves, token_at
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.wire import Ask, Provider, Said, Scene, said

_NEEDED = ("inputToken", "outputToken", "originChainId", "destinationChainId", "amount")


def _fees(ask: Ask, scene: Scene) -> Said:
    missing = next((name for name in _NEEDED if not ask.params.get(name)), None)
    if missing is not None or not ask.params["amount"].isdecimal():
        return _refused("MISSING_PARAM" if missing else "INVALID_PARAM", missing or "amount")
    start, end = ledger_of(ask.params["originChainId"]), ledger_of(ask.params["destinationChainId"])
    if start is None or end is None or start is end:
        return _refused("ROUTE_NOT_ENABLED", "destinationChainId")
    token, arrives = token_at(start, ask.params["inputToken"]), token_at(end, ask.params["outputToken"])
    if token is None or arrives is None or token[0] != arrives[0]:
        return _refused("ROUTE_NOT_ENABLED", "inputToken")
    amount = int(ask.params["amount"])
    quotes = moves(scene.world, scene.now_s, start, end, token[0], amount, token[1])
    own = next(one for one in quotes if one.bridge == "Across")
    pct = own.fee_units * 10**18 // amount if amount else 0
    return said(
        {
            "totalRelayFee": {"pct": str(pct), "total": str(own.fee_units)},
            "relayerGasFee": {"pct": str(pct // 2), "total": str(own.fee_units // 2)},
            "estimatedFillTimeSec": own.seconds,
            "isAmountTooLow": own.fee_units * 2 > amount,
            "timestamp": str(scene.now_s),
        }
    )


def _limits(ask: Ask, scene: Scene) -> Said:
    start, end = (ledger_of(ask.params.get(name, "")) for name in ("originChainId", "destinationChainId"))
    token = None if start is None else token_at(start, ask.params.get("inputToken", ""))
    if end is None or start is end or token is None:
        return _refused("ROUTE_NOT_ENABLED", "inputToken")
    unit = 10 ** token[1]
    most = {"maxDeposit": 4_000_000, "maxDepositInstant": 900_000, "maxDepositShortDelay": 4_000_000}
    return said({"minDeposit": str(unit // 2)} | {name: str(units * unit) for name, units in most.items()})


def _refused(code: str, param: str) -> Said:
    return said(
        {"type": "AcrossApiError", "code": code, "status": 400, "message": code.lower(), "param": param}, status=400
    )


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"message": "not found"}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said({"message": "too many requests"}, status=429, headers={"Retry-After": str(spent.retry_after_s)})


PROVIDER = Provider(
    name="across",
    prefix="/across/api",
    routes={"/suggested-fees": _fees, "/limits": _limits},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(120, 60)},
)

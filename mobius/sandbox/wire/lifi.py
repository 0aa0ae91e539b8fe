"""LI.FI's quotes (`li.quest/v1`): the best bridge it knows for a move.

Here: quote, chains. Not here: the transaction itself, tokens, statuses.
"""

from __future__ import annotations

from mobius.sandbox.bridging import ledger_of, moves, price_usd, token_at
from mobius.sandbox.gas import PACES
from mobius.sandbox.ledgers import LEDGERS
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said

_NEEDED = ("fromChain", "toChain", "fromToken", "toToken", "fromAmount", "fromAddress")


def _quote(ask: Ask, scene: Scene) -> Said:
    missing = next((name for name in _NEEDED if not ask.params.get(name)), None)
    if missing is not None or not ask.params["fromAmount"].isdecimal() or ask.params["fromAmount"] == "0":
        return said({"message": f"/{missing or 'fromAmount'} is invalid", "code": 1011}, status=400)
    start, end = ledger_of(ask.params["fromChain"]), ledger_of(ask.params["toChain"])
    leaves = token_at(start, ask.params["fromToken"]) if start is not None else None
    arrives = token_at(end, ask.params["toToken"]) if end is not None else None
    if start is None or end is None or start is end or leaves is None or arrives is None or leaves[0] != arrives[0]:
        return said({"message": "No available quotes for the requested transfer", "code": 1002}, status=404)
    amount = int(ask.params["fromAmount"])
    best = moves(scene.world, scene.now_s, start, end, leaves[0], amount, leaves[1])[0]
    if best.fee_units >= amount:
        return said({"message": "No available quotes for the requested transfer", "code": 1002}, status=404)
    worth = price_usd(scene.world, leaves[0], scene.now_s) / 10 ** leaves[1]
    key = best.bridge.lower().replace(" ", "")
    token: Json = {
        "symbol": leaves[0],
        "decimals": leaves[1],
        "address": ask.params["fromToken"],
        "chainId": start.chain_id,
    }
    arrived: Json = {
        "symbol": arrives[0],
        "decimals": arrives[1],
        "address": ask.params["toToken"],
        "chainId": end.chain_id,
    }
    fee: Json = {
        "name": "Relayer fee", "amount": str(best.fee_units), "amountUSD": f"{best.fee_units * worth:.4f}", "included": True,
    }  # fmt: skip
    gas: Json = {"type": "SEND", "amountUSD": f"{best.gas_usd:.4f}"}
    return said(
        {
            "type": "lifi",
            "tool": key,
            "toolDetails": {"key": key, "name": best.bridge},
            "action": {"fromToken": token, "toToken": arrived, "fromAmount": str(amount)},
            "estimate": {
                "fromAmount": str(amount),
                "toAmount": str(amount - best.fee_units),
                "toAmountMin": str((amount - best.fee_units) * 995 // 1000),
                "executionDuration": best.seconds,
                "feeCosts": [fee],
                "gasCosts": [gas],
            },
        }
    )


def _chains(ask: Ask, scene: Scene) -> Said:
    rows: list[Json] = [{"id": one.chain_id, "key": one.slug, "name": one.name} for one in LEDGERS if one.slug in PACES]
    return said({"chains": rows})


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"message": "Not found", "code": 1003}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said(
        {"message": "Rate limit exceeded", "code": 1005}, status=429, headers={"Retry-After": str(spent.retry_after_s)}
    )


PROVIDER = Provider(
    name="lifi",
    prefix="/lifi/v1",
    routes={"/quote": _quote, "/chains": _chains},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(40, 60)},
)

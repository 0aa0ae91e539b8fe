"""GoPlus token security (`api.gopluslabs.io`): findings as "1" and "0", unknown where absent, taxes as fractions.

Faults come with status 200 and a code. Known tokens are clean; of the rest, what is found follows from the address. Here:
token_security/{chain} of one address, supported_chains. Not here: batches with a token, addresses, approvals.
"""

from __future__ import annotations

from mobius.sandbox.ledgers import LEDGERS, TOKEN_AT
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.scams import Suspect, suspect_of
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said

_CHAINS = {str(ledger.chain_id): ledger.slug for ledger in LEDGERS if ledger.chain_id is not None}


def _security(ask: Ask, scene: Scene) -> Said:
    chain, address = _CHAINS.get(ask.parts.get("chain", "")), ask.params.get("contract_addresses", "").lower()
    if chain is None:
        return _fault(2022, "The chain is not supported")
    if "," in address:
        return _fault(4012, "signature verification failure")
    if len(address) != 42 or not address.startswith("0x") or not address[2:].isalnum():
        return _fault(2021, "Error params")
    suspect = suspect_of(scene.world, chain, address)
    result: dict[str, Json] = {} if suspect is None else {address: _row(chain, address, suspect)}
    return said({"code": 1, "message": "OK", "result": result})


def _row(chain: str, address: str, suspect: Suspect) -> Json:
    def flag(value: bool) -> str:
        return "1" if value else "0"

    known = (chain, address) in TOKEN_AT
    row: dict[str, Json] = {
        "token_name": suspect.symbol, "token_symbol": suspect.symbol, "is_open_source": flag(suspect.open_source),
        "is_in_dex": "1", "holder_count": str(suspect.holders), "total_supply": str(suspect.supply), "owner_address": "",
        "creator_address": "0x" + "c0" * 20, "creator_percent": f"{suspect.creator_share:.6f}", "creator_balance": "0",
        "lp_holder_count": "3", "lp_holders": [], "holders": [], "dex": [],
    }  # fmt: skip
    if not suspect.open_source:
        return row  # what needs the source is then not told at all
    row |= {
        "is_proxy": flag(suspect.proxy), "is_mintable": flag(suspect.mintable), "can_take_back_ownership": "0",
        "owner_change_balance": "0", "hidden_owner": flag(suspect.honeypot), "selfdestruct": "0", "external_call": "0",
        "is_honeypot": flag(suspect.honeypot), "cannot_buy": "0", "cannot_sell_all": flag(suspect.honeypot),
        "slippage_modifiable": flag(suspect.sell_tax > 0), "is_blacklisted": flag(suspect.blacklist), "is_whitelisted": "0",
        "is_anti_whale": "0", "transfer_pausable": flag(suspect.pausable), "trading_cooldown": "0",
        "buy_tax": f"{suspect.buy_tax:g}", "sell_tax": f"{suspect.sell_tax:g}",
    }  # fmt: skip
    return row | ({"trust_list": "1"} if known else {})


def _supported(ask: Ask, scene: Scene) -> Said:
    return said(
        {"code": 1, "message": "OK", "result": [{"id": number, "name": slug} for number, slug in _CHAINS.items()]}
    )


def _fault(code: int, message: str) -> Said:
    return said({"code": code, "message": message, "result": None})


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"code": 404, "message": "Not Found"}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return _fault(4029, "Request limit reached")


PROVIDER = Provider(
    name="goplus",
    prefix="/goplus",
    routes={"/api/v1/token_security/{chain}": _security, "/api/v1/supported_chains": _supported},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(30, 30)},
)

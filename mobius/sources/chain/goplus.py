"""GoPlus: what a scanner of tokens says of one, as a second opinion. Keyless for one token at a time, some 30 a minute.

Here: SPEC, rows, parse and fetch. Flags are "1" and "0"; absent and empty mean not judged, which is unknown and not safe. Taxes
and shares are fractions in quotes ("0.05" is 5 %). Always a status of 200: `code` 1 is whole, 2 partial, 4029 too many. Not
here: a verdict, which is reckoned beside findings of our own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.explorer_needs import TokenSecurity, TokenSecurityQuery
from mobius.core.facts import Sourced
from mobius.core.keeping import RATES
from mobius.core.ports import Http
from mobius.core.protocols import CHAINS
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources import hexes
from mobius.sources.etherscan_form import maybe_whole
from mobius.sources.quoted import quoted
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="goplus",
    title="GoPlus",
    kind="chain",
    base_url="https://api.gopluslabs.io",
    limits=Limits(per_minute=25, burst=3, concurrent=2, timeout_s=6.0),
    needs=("token_security",),
    rights=Rights(attribution="Token security: GoPlus"),
    probe="/api/v1/supported_chains",
    refusals=(b'{"code":4', b'{"code":5', b'{"code":0'),
)
SECURITY = "/api/v1/token_security"
FLAGS = (
    "is_open_source", "is_proxy", "is_mintable", "can_take_back_ownership", "owner_change_balance", "hidden_owner",
    "selfdestruct", "external_call", "gas_abuse", "is_honeypot", "cannot_buy", "cannot_sell_all", "slippage_modifiable",
    "personal_slippage_modifiable", "is_blacklisted", "is_whitelisted", "is_anti_whale", "anti_whale_modifiable",
    "transfer_pausable", "trading_cooldown", "is_in_dex", "is_airdrop_scam", "is_true_token", "trust_list",
    "honeypot_with_same_creator",
)  # fmt: skip
"""What it judges, by its own names."""
SERVED = frozenset(
    {"ethereum", "optimism", "bsc", "polygon", "base", "arbitrum", "avalanche", "gnosis", "linea", "scroll", "zksync",
     "mantle", "blast", "fantom", "cronos", "sonic", "berachain"}
)  # fmt: skip
_WHOLE, _PARTIAL, _BUSY = 1, 2, 4029


class _Reply(Struct, frozen=True):
    code: int
    message: str = ""
    result: dict[str, dict[str, msgspec.Raw]] | None = None


def parse_security(body: bytes, query: TokenSecurityQuery) -> TokenSecurity:
    """The findings on one token. Raises NoData for a token it has not looked at."""
    reply = decode(body, _Reply, SPEC.name)
    if reply.code == _BUSY:
        raise RateLimited(SPEC.name, f"{SPEC.title} asks us to slow down.")
    if reply.code not in (_WHOLE, _PARTIAL):
        said = hexes.label(reply.message) or "no reason"
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered {reply.code}: {said}")
    token = hexes.asked_address(query.token)
    row = next((row for address, row in (reply.result or {}).items() if address.lower() == token), None)
    if not row:
        raise NoData(SPEC.name, f"{SPEC.title} has not looked at this token.")
    place = f"result.{token}"
    read = Figures(SPEC.name, place, {})
    return TokenSecurity(
        flags={name: _flag(row, name, place) for name in FLAGS},
        buy_tax_pct=_percent(read, "buy_tax_pct", row, "buy_tax"),
        sell_tax_pct=_percent(read, "sell_tax_pct", row, "sell_tax"),
        holders=maybe_whole(_text(row, "holder_count", place), SPEC.name, f"$.{place}.holder_count"),
        owner=hexes.maybe_address(_text(row, "owner_address", place), SPEC.name, f"$.{place}.owner_address"),
        creator=hexes.maybe_address(_text(row, "creator_address", place), SPEC.name, f"$.{place}.creator_address"),
        creator_share_pct=_percent(read, "creator_share_pct", row, "creator_percent"),
        partial=reply.code == _PARTIAL,
        fields=read.fields | {name: f"{place}.{name}" for name in FLAGS if name in row},
    )


def _text(row: dict[str, msgspec.Raw], name: str, place: str) -> str | None:
    """A field in quotes; None where it is absent, null or empty."""
    if name not in row:
        return None
    value: Any = decode(bytes(row[name]), str | None, SPEC.name, at=f"$.{place}.{name}")  # type: ignore[arg-type]
    return value or None


def _flag(row: dict[str, msgspec.Raw], name: str, place: str) -> bool | None:
    text = _text(row, name, place)
    if text not in (None, "0", "1"):
        raise SourceChanged(SPEC.name, "neither yes nor no", path=f"$.{place}.{name}")
    return None if text is None else text == "1"


def _percent(read: Figures, ours: str, row: dict[str, msgspec.Raw], theirs: str) -> Decimal | None:
    """A fraction in quotes, as percent."""
    fraction = read.amount(ours, quoted(_text(row, theirs, read.place)), f"{theirs} x 100")
    return None if fraction is None else fraction * 100


async def token_security(query: TokenSecurityQuery, http: Http) -> Sourced[TokenSecurity]:
    if query.chain not in SERVED:
        raise NoData(SPEC.name, f"{SPEC.title} does not look at tokens of {query.chain}.")
    path, params = (
        f"{SECURITY}/{CHAINS[query.chain].chain_id}",
        {"contract_addresses": hexes.asked_address(query.token)},
    )
    reply = await http.get(path, params, keep=RATES)
    expect_ok(reply, SPEC.name)
    return sourced(parse_security(reply.body, query), SPEC.name, endpoint(path, params), [reply])


OFFERS = {"token_security": token_security}

"""Incidents of protocols that are beyond doubt: losses, faults, takeovers, by date. A list of our own, and not a complete one.

Columns, split at `|`: protocol, day (UTC), about how many US dollars were taken where that is agreed upon, what happened, where
it was told. A protocol that is not listed has no incident known here, which is not the same as none. Here: the list. Not here:
how it is shown (desk.protocols), bytecode findings.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from msgspec import Struct


class Incident(Struct, frozen=True, kw_only=True):
    """One thing that went wrong at one protocol."""

    protocol: str
    at: datetime
    """Midnight (UTC) of its day."""
    lost_usd: Decimal | None
    """About what was taken, at the prices of that day; None where accounts differ or nothing was taken."""
    what: str
    note: str
    """Where it was told."""


_LINES = """
aave|2022-11-22||a short position in CRV was liquidated too late and left bad debt|Aave governance forum
abracadabra|2024-01-30||a fault in the lending markets was exploited, and MIM lost its peg|Abracadabra's own account
abracadabra|2025-03-25||markets that lent against GMX liquidity tokens were exploited|Abracadabra's own account
balancer|2023-08-27||boosted pools were exploited after a warning to leave them|Balancer's own account
balancer|2025-11-03||stable pools of the second version were drained by a rounding fault|Balancer's own account
bancor|2018-07-09||a wallet that could upgrade contracts was compromised|Bancor's own account
compound|2020-11-26||an odd price of DAI at one exchange liquidated sound positions|Compound governance forum
compound|2021-09-30||an upgrade of the rewards contract paid out far too many COMP|Compound proposal to fix the distribution
curve|2023-07-30||pools compiled with a faulty release of Vyper were drained; part was returned|Curve's and Vyper's own accounts
dydx|2023-11-17||a manipulated market in YFI drew on the insurance fund|dYdX's own account
euler|2023-03-13|197000000|the first version was drained by flash loan; nearly all was returned|Euler's own account
gmx|2025-07-09|42000000|the first version's pool on Arbitrum was drained; most was returned|GMX's own account
hyperliquid|2025-03-26||a manipulated market in JELLY was closed by its validators at their price|Hyperliquid's own account
inverse|2022-04-02|15600000|the price of its own token was manipulated to borrow against it|Inverse's own account
kyberswap|2023-11-22|48000000|the Elastic pools were drained by a rounding fault|KyberSwap's own account
maker|2020-03-12||auctions of collateral were won for nothing in a crash, which left bad debt|Maker governance forum
radiant|2024-10-16|50000000|devices of signers were compromised, and contracts were upgraded to drain them|Radiant's own account
raydium|2022-12-16||the key that owned the pools was compromised|Raydium's own account
sushiswap|2023-04-09|3300000|a new router took tokens from those who had approved it|Sushi's own account
synthetix|2019-06-25||a wrong price let a bot mint synthetic ether; it was given back|Synthetix's own account
tornado-cash|2023-05-20||a proposal with hidden code took over its governance|Tornado Cash governance forum
uniswap|2020-04-18||a pool of the first version was drained by reentry through the token imBTC|Tokenlon's own account
wormhole|2022-02-02|320000000|wrapped ether was minted on Solana without a deposit; backers made it whole|Wormhole's own account
yearn|2021-02-04|11000000|the DAI vault was exploited by flash loan|Yearn's own account
yearn|2023-04-13||an old, misconfigured USDT token was exploited|Yearn's own account
"""


def _incident(line: str) -> Incident:
    protocol, day, lost, what, note = line.split("|")
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return Incident(protocol=protocol, at=at, lost_usd=Decimal(lost) if lost else None, what=what, note=note)


INCIDENTS: tuple[Incident, ...] = tuple(_incident(line) for line in _LINES.strip().split("\n"))


def incidents_of(protocol: str) -> tuple[Incident, ...]:
    """What is listed of a protocol, the newest first; empty where nothing is known here.

    >>> [one.at.year for one in incidents_of("compound")], incidents_of("lido")
    ([2021, 2020], ())
    """
    return tuple(sorted((one for one in INCIDENTS if one.protocol == protocol), key=lambda one: one.at, reverse=True))

"""What offices of the simulated world publish: rules, press releases, filings of funds, weekly positions, what companies hold.

Documents come on working days by the luck of the day; positions lean with the last weeks' move. All of it is made up. Here:
documents, releases, filings, positions, holders. Not here: where they are read (wire).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from mobius.sandbox import draws
from mobius.sandbox.drift import momentum, tide, wander
from mobius.sandbox.world import DAY_S, SimulatedWorld

_RELEASED_S = 15 * 3600  # of a working day, UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    office: str
    """Agency's slug at the Federal Register."""
    kind: str
    title: str
    summary: str
    day: date
    number: str

    @property
    def at_s(self) -> int:
        return int(datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC).timestamp()) + _RELEASED_S


OFFICES = {
    "securities-and-exchange-commission": "Securities and Exchange Commission",
    "commodity-futures-trading-commission": "Commodity Futures Trading Commission",
    "financial-crimes-enforcement-network": "Financial Crimes Enforcement Network",
    "comptroller-of-the-currency": "Comptroller of the Currency",
}
_SEC, _CFTC = "securities-and-exchange-commission", "commodity-futures-trading-commission"
_RULES = (
    (_SEC, "Notice", "Notice of Filing of a Proposed Rule Change To List Shares of a Spot {coin} Fund (digital asset)"),
    (_SEC, "Notice", "Order Granting Approval of Generic Listing Standards for Shares Backed by a Digital Asset"),
    (_SEC, "Proposed Rule", "Custody of Digital Asset Securities by Broker-Dealers"),
    (_CFTC, "Notice", "Request for Comment on Perpetual Contracts in Digital Asset Markets"),
    (_CFTC, "Rule", "Margin Requirements for Contracts That Reference a Digital Asset Such as {coin}"),
    (
        "financial-crimes-enforcement-network",
        "Proposed Rule",
        "Recordkeeping for Stablecoin and Digital Asset Transfers",
    ),
    (
        "comptroller-of-the-currency",
        "Notice",
        "Interpretive Letter on Bank Custody of Digital Asset and Stablecoin Reserves",
    ),
)
_RELEASES = {
    _SEC: (
        "SEC Charges Operator of {coin} Investment Scheme With Fraud",
        "SEC Staff Publishes Statement on Staking Services",
        "SEC Announces Roundtable on Digital Asset Custody",
        "SEC Approves Amendments to Quarterly Reporting",
    ),
    _CFTC: (
        "CFTC Orders Trading Platform to Pay Penalty for Unregistered {coin} Swaps",
        "CFTC Seeks Public Comment on Tokenised Collateral",
        "CFTC Announces Agenda of Advisory Committee Meeting",
    ),
}
_COINS = ("Bitcoin", "Ether", "Solana", "XRP")


def _lucky_days(world: SimulatedWorld, name: str, now_s: int, count: int) -> list[tuple[date, list[float]]]:
    """The last working days up to now with three draws each, newest first; today once its documents are out."""
    today = datetime.fromtimestamp(now_s - _RELEASED_S, tz=UTC).date()
    days = [day for n in range(count) if (day := today - timedelta(days=n)).weekday() < 5]
    places = np.array([day.toordinal() for day in days])[:, None] * 4 + np.arange(3)
    return list(zip(days, draws.uniform(draws.key(world.seed, name), places).tolist(), strict=True))


def documents(world: SimulatedWorld, *, now_s: int, days: int = 400) -> tuple[Document, ...]:
    """What stood in the Federal Register, newest first."""
    found = []
    for day, luck in _lucky_days(world, "register", now_s, days):
        if luck[0] < 0.28:
            office, kind, title = _RULES[int(luck[1] * len(_RULES))]
            title = title.format(coin=_COINS[int(luck[2] * len(_COINS))])
            number = f"{day.year}-{10_000 + day.timetuple().tm_yday * 37}"
            summary = f"The {OFFICES[office]} publishes this document for comment by interested persons."
            found.append(Document(office=office, kind=kind, title=title, summary=summary, day=day, number=number))
    return tuple(found)


def releases(world: SimulatedWorld, office: str, *, now_s: int, days: int = 60) -> tuple[Document, ...]:
    """An agency's press releases, newest first."""
    found = []
    for day, luck in _lucky_days(world, f"release:{office}", now_s, days):
        if luck[0] < 0.5:
            lines = _RELEASES[office]
            title = lines[int(luck[1] * len(lines))].format(coin=_COINS[int(luck[2] * len(_COINS))])
            summary = "<p>The Commission today announced the following.</p>"
            found.append(
                Document(
                    office=office, kind="Release", title=title, summary=summary, day=day, number=f"{day:%Y}-{day:%j}"
                )
            )
    return tuple(found)


# ------------------------------------------------------------------------------------------------------------- filings

FUNDS = {
    1980994: ("iShares Bitcoin Trust ETF", "Bitcoin"),
    1852317: ("Fidelity Wise Origin Bitcoin Fund", "Bitcoin"),
    1588489: ("Grayscale Bitcoin Trust ETF", "Bitcoin"),
    2000638: ("iShares Ethereum Trust ETF", "Ethereum"),
    1725210: ("Grayscale Ethereum Trust ETF", "Ethereum"),
}
"""By the number the SEC keeps a filer under."""
_FORMS = ("8-K", "10-Q", "424B3", "S-1", "10-K", "8-K")


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledForm:
    cik: int
    filer: str
    about: str
    form: str
    day: date
    number: str
    """Accession number, with its dashes."""
    document: str


def filings(world: SimulatedWorld, *, now_s: int, cik: int | None = None, days: int = 400) -> tuple[FiledForm, ...]:
    """Forms of funds, newest first."""
    found = []
    for number, (filer, about) in FUNDS.items():
        if cik not in (None, number):
            continue
        for day, luck in _lucky_days(world, f"filing:{number}", now_s, days):
            if luck[0] < 0.05:
                form = _FORMS[int(luck[1] * len(_FORMS))]
                accession = f"{number:010d}-{day:%y}-{day.timetuple().tm_yday:06d}"
                found.append(
                    FiledForm(
                        cik=number, filer=filer, about=about, form=form, day=day, number=accession,
                        document=f"{form.lower().replace('-', '')}_{day:%Y%m%d}.htm",
                    )
                )  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.day, reverse=True))


# ----------------------------------------------------------------------------------------------------------- positions

CONTRACTS = {
    "BITCOIN": ("BTC", 28_000), "MICRO BITCOIN": ("BTC", 9_000), "ETHER CASH SETTLED": ("ETH", 9_500),
    "MICRO ETHER": ("ETH", 4_200), "SOL": ("SOL", 3_100), "XRP": ("XRP", 1_400),
}  # fmt: skip
"""Futures of the Chicago exchange by the name in the report, with open interest in contracts, about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    contract: str
    day: date
    """The Tuesday it stands for; it is told on the Friday after."""
    open_interest: int
    held: dict[str, tuple[int, int]]
    """Long and short by kind of trader."""


def positions(world: SimulatedWorld, names: tuple[str, ...], *, now_s: int, weeks: int) -> tuple[Position, ...]:
    """Weekly reports of some contracts, newest first."""
    told = datetime.fromtimestamp(now_s - 3 * DAY_S - 20 * 3600, tz=UTC).date()
    tuesday = told - timedelta(days=(told.weekday() - 1) % 7)
    found = []
    for week in range(weeks):
        day = tuesday - timedelta(weeks=week)
        at = np.array([int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())])
        for name in names:
            ticker, size = CONTRACTS[name]
            lean = float(momentum(world, ticker, at)[0]) + 0.05 * float(
                wander(world.seed, f"cot:{name}", at, node_s=30 * DAY_S)[0]
            )
            total = int(size * float(tide(world, f"cot:{name}", at, growth_annual=0.05, lean=0.2)[0]))
            asset, fund, dealer, other = (int(total * part) for part in (0.24, 0.38, 0.16, 0.10))
            bias = math.tanh(3 * lean)
            held = {
                "asset_mgr": (int(asset * (1.5 + 0.4 * bias)), int(asset * (0.4 - 0.2 * bias))),
                "lev_money": (int(fund * (0.5 + 0.2 * bias)), int(fund * (1.6 + 0.1 * bias))),
                "dealer": (int(dealer * 0.6), int(dealer * (1.0 + 0.3 * bias))),
                "other_rept": (int(other * 1.1), int(other * 0.7)),
            }
            found.append(Position(contract=name, day=day, open_interest=total, held=held))
    return tuple(found)


# ------------------------------------------------------------------------------------------------------------- holders

_HOLDERS = {
    "BTC": (
        ("Strategy", "MSTR.US", "US", 671_000, 74_100), ("Marathon Digital Holdings", "MARA.US", "US", 52_800, 87_000),
        ("Twenty One Capital", "XXI.US", "US", 43_500, 88_900), ("Metaplanet", "3350.T", "JP", 30_800, 98_200),
        ("Riot Platforms", "RIOT.US", "US", 19_200, 61_300), ("Coinbase Global", "COIN.US", "US", 12_400, 58_800),
        ("Tesla", "TSLA.US", "US", 11_500, 33_500), ("Hut 8", "HUT.US", "US", 10_600, 54_000),
    ),
    "ETH": (
        ("BitMine Immersion", "BMNR.US", "US", 3_800_000, 3_240), ("SharpLink Gaming", "SBET.US", "US", 860_000, 3_310),
        ("Coinbase Global", "COIN.US", "US", 137_000, 2_410), ("Bit Digital", "BTBT.US", "US", 152_000, 2_980),
    ),
}  # fmt: skip
_STATES = {
    "BTC": (("United States", "US", 325_000), ("United Kingdom", "GB", 61_000), ("Bhutan", "BT", 9_800),
            ("El Salvador", "SV", 7_400)),
    "ETH": (("United States", "US", 60_000),),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    name: str
    symbol: str | None
    country: str
    units: float
    paid_usd: float | None


def holders(world: SimulatedWorld, entity: str, ticker: str, at_s: int) -> tuple[Holder, ...] | None:
    """Who keeps an asset in the treasury, the large first; None where no list is kept."""
    if entity == "companies" and ticker in _HOLDERS:
        grown = float(tide(world, f"treasuries:{ticker}", np.array([at_s]), growth_annual=0.15, lean=0.02)[0]) ** 0.2
        return tuple(
            Holder(name=name, symbol=symbol, country=country, units=round(units * grown), paid_usd=units * grown * paid)
            for name, symbol, country, units, paid in _HOLDERS[ticker]
        )
    if entity == "governments" and ticker in _STATES:
        return tuple(
            Holder(name=name, symbol=None, country=country, units=units, paid_usd=None)
            for name, country, units in _STATES[ticker]
        )
    return None

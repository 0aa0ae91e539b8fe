"""Names and figures that stand in the seed phrases. Here: one filler a name. Not here: the phrases (seeds/)."""

from __future__ import annotations

import random

from mobius.core.assets import ASSETS
from training.grammar import Filler

_COINS = [asset for asset in ASSETS.values() if asset.kind in ("coin", "token")][:60]
_ORGS = (
    """
Northgate Bank|Halden Oyj|Brightwater Energy|Kestrel Motors|Orbis Retail|Vantor Labs|Meridian Foods|Palisade Capital
Lumen Air|Stonebridge Group|Arctic Paper Works|Quanta Health|Solway Mining|Tidal Exchange|Harbor Swap|Vela Finance
Corvid Systems|Juniper Rail|Ostrava Steel|Bluefin Shipping|Zenith Pharma|Pinecrest Homes|Marlow Insurance|Cobalt Telecom
""".strip()
    .replace("\n", "|")
    .split("|")
)
_TICKERS = """
NGB HLD BRWE KSTR ORBR VNTR MRDF PLSC LMA STBG ARPW QNTH SLWM CRVD JNPR OSTS BLFN ZNPH PNCR MRLW CBLT
""".split()
_PLACES = """
Finland|Sweden|Germany|Brazil|Japan|South Korea|India|Texas|the Baltic states|Poland|Nigeria|Canada|Peru|Spain
""".strip().split("|")
_MONTHS = "January March April May June August September October November".split()
_METRICS = """operating profit|net sales|revenue|pretax profit|net profit|earnings per share|turnover|orders|deliveries
sales|the order book|cargo volume|net interest income|export sales|passenger traffic""".replace("\n", "|").split("|")


def _coin(rng: random.Random) -> str:
    asset = rng.choice(_COINS)
    return rng.choice(
        (asset.ticker, asset.name, asset.name.lower(), f"${asset.ticker}", asset.ticker.lower(), "bitcoin", "crypto")
    )


def _headline_coin(rng: random.Random) -> str:
    return rng.choice(("Bitcoin", "Bitcoin", "Ether", "Crypto", rng.choice(_COINS).name))


def _price(rng: random.Random) -> str:
    return rng.choice(
        (
            f"${rng.randrange(2, 990)}",
            f"${rng.randrange(1, 120)}k",
            f"${rng.randrange(1, 99):,},000",
            f"0.{rng.randrange(1, 99):02d}",
        )
    )


def _pct(rng: random.Random) -> str:
    return rng.choice(
        (
            f"{rng.randrange(1, 40)}%",
            f"{rng.randrange(1, 20)}.{rng.randrange(1, 10)}%",
            f"{rng.randrange(1, 60)} percent",
        )
    )


def _money_between(low: int, high: int) -> Filler:
    def money(rng: random.Random) -> str:
        value = f"{rng.randrange(low, high)}.{rng.randrange(0, 10)}"
        return rng.choice(
            (
                f"EUR {value} mn",
                f"EUR{value}m",
                f"${value} million",
                f"{value} mln euro",
                f"USD {value} mn",
                f"SEK {value} million",
            )
        )

    return money


def _amount(rng: random.Random) -> str:
    return rng.choice(
        (
            f"${rng.randrange(2, 950)} million",
            f"${rng.randrange(2, 950)}M",
            f"${rng.randrange(1, 9)}.{rng.randrange(1, 10)} billion",
        )
    )


def _metric(rng: random.Random) -> str:
    return rng.choice(_METRICS)


def _heading_metric(rng: random.Random) -> str:
    name = _metric(rng)
    return rng.choice(
        (name, f"the company 's {name}", f"{rng.choice(_ORGS)} 's {name}", f"third-quarter {name}")
    ).capitalize()


FILLERS: dict[str, Filler] = {
    "coin": _coin,
    "Coin": _headline_coin,
    "org": lambda rng: rng.choice(_ORGS),
    "ticker": lambda rng: "$" + rng.choice(_TICKERS),
    "place": lambda rng: rng.choice(_PLACES),
    "month": lambda rng: rng.choice(_MONTHS),
    "metric": _metric,
    "Metric": _heading_metric,
    "price": _price,
    "pct": _pct,
    "money": _money_between(60, 240),
    "less": _money_between(4, 55),
    "amount": _amount,
    "cents": lambda rng: f"$0.{rng.randrange(1, 99):02d}",
    "num": lambda rng: str(rng.randrange(2, 29)),
}
"""What makes a text for each `{name}`."""

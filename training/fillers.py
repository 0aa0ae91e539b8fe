"""What fills the names of the templates: assets, amounts, spans, places, foods. Here: word lists and small makers.

Names come from the registry, so that a new asset needs no new phrase. The lists of everyday things were written for
this use.
"""

from __future__ import annotations

import random

from mobius.core.assets import ASSETS
from mobius.core.protocols import CHAINS, EXCHANGES, PROTOCOLS
from training.grammar import Filler
from training.lists import CONCEPTS, FOREIGN_CONCEPTS, LISTS, PLURAL_CONCEPTS

_COINS = [a for a in ASSETS.values() if a.kind in ("coin", "token")]
_TOP = _COINS[:40]
_STABLES = [a for a in ASSETS.values() if a.kind == "stablecoin"][:8]
_STAKED = [a for a in ASSETS.values() if a.kind == "liquid_staking"][:8]
_PROTOCOLS = [p for p in PROTOCOLS.values() if not p.ambiguous] + [
    PROTOCOLS[s] for s in ("compound", "curve", "maker", "spark")
]
_BIG_PROTOCOLS = [PROTOCOLS[s] for s in (
    "aave", "uniswap", "lido", "compound", "curve", "maker", "morpho", "pendle", "eigenlayer", "ethena", "gmx", "yearn",
    "balancer",
    "pancakeswap", "aerodrome", "rocket-pool", "convex", "sushiswap", "raydium", "jupiter", "kamino", "hyperliquid",
    "dydx", "spark")]  # fmt: skip
_STAKING = ["lido", "rocket pool", "jito", "marinade", "ether.fi", "stakewise", "eigenlayer", "frax", "coinbase",
    "stader", "symbiotic", "kelp",
            "renzo", "puffer"]  # fmt: skip
_CHAINS = ["ethereum", "base", "arbitrum", "optimism", "polygon", "solana", "bsc", "bnb chain", "avalanche", "tron",
    "zksync", "linea", "scroll",
           "starknet", "sui", "aptos", "mainnet", "mantle", "blast", "gnosis", "ton", "unichain", "berachain",
           "hyperevm", "sonic"]  # fmt: skip
_RU = [
    "биткоин",
    "биткоина",
    "эфир",
    "эфира",
    "btc",
    "eth",
    "солана",
    "соланы",
    "рипл",
    "sol",
    "xrp",
    "кардано",
    "догикоин",
    "эфириум",
    "ton",
]
_ZH = ["比特币", "以太坊", "btc", "eth", "狗狗币", "sol", "索拉纳", "瑞波币", "莱特币", "BNB", "ETH", "BTC"]
_JA = ["ビットコイン", "イーサリアム", "リップル", "ソラナ", "btc"]
_KO = ["비트코인", "이더리움", "솔라나", "리플", "도지코인", "btc", "eth"]
_CURRENCIES = ["usd", "eur", "dollars", "euros", "euro", "gbp", "pounds", "yen", "jpy", "inr", "rupees", "USD", "EUR",
    "chf", "aud", "cad", "brl", "try",
               "won", "us dollars", "francs"]  # fmt: skip
_SPANS = ["last week", "last month", "this week", "this month", "last 7 days", "past 30 days", "over the last year",
    "in the last 24 hours", "24h", "7d",
          "30d", "90d", "1y", "past week", "past month", "last 3 months", "last year", "over the past 6 months",
          "this year", "in the past hour",
          "1 week", "2 weeks", "over 90 days", "for the past 2 years", "since last week", "past day", "last quarter",
          "ytd"]  # fmt: skip
_AHEAD = ["in a week", "in a month", "tomorrow", "next week", "next month", "next year", "in 3 months",
    "over the next week", "in the next 24 hours",
          "over the next 30 days", "in two weeks", "in a year", "within a week", "in 6 months",
          "over the coming days"]  # fmt: skip
_DAYS = ["yesterday", "on monday", "last friday", "on 5 march 2024", "last christmas", "a week ago", "a month ago",
    "at the end of 2023", "in march 2024",
         "on 2024-03-05", "two days ago", "on 1 january 2023", "in 2021", "last sunday", "on new years eve",
         "three months ago", "on 03/05/2024",
         "a year ago", "in june 2022"]  # fmt: skip
_BARS = ["4h", "1h", "15m", "daily", "hourly", "weekly", "1d", "5 minute", "30m", "12h", "1w", "1 hour", "4 hour"]
_ON_BARS = [
    "on the 4h",
    "on the daily",
    "on the hourly",
    "on the 1h",
    "on the 15m chart",
    "on the weekly",
    "on the 4h chart",
    "on 1h",
    "on the 1d",
]
_INDICATORS = ["rsi", "macd", "bollinger bands", "sma", "ema", "atr", "stochastic", "adx", "obv", "vwap", "ichimoku",
    "RSI", "MACD", "moving average",
               "stoch rsi", "bollinger"]  # fmt: skip
_RISKS = [
    "low risk",
    "safe",
    "high risk",
    "degen",
    "moderate risk",
    "conservative",
    "aggressive",
    "balanced",
    "medium risk",
    "some risk",
    "not too risky",
]
_MA = ["sma", "ema", "moving average", "ma", "dma", "day average", "week ma"]
_NAMES = [
    "vitalik",
    "nick",
    "hayden",
    "punk6529",
    "brantly",
    "sassal",
    "cobie",
    "alice",
    "treasury",
    "dao",
    "pranksy",
    "anon",
    "satoshi2",
    "bob-vault",
]


def _asset(rng: random.Random) -> str:
    asset = (
        rng.choice(_TOP[:14]) if rng.random() < 0.6 else rng.choice(_TOP) if rng.random() < 0.7 else rng.choice(_COINS)
    )
    word = asset.ticker.lower() if rng.random() < 0.45 else asset.ticker if rng.random() < 0.4 else asset.name
    if word.lower() in asset.ambiguous and rng.random() < 0.6:
        word = asset.ticker if len(asset.ticker) > 2 else asset.name
    roll = rng.random()
    return "$" + asset.ticker if roll < 0.03 else word.lower() if roll < 0.55 else word


def _pick(items: list[str]) -> Filler:
    return lambda rng: rng.choice(items)


def _protocol(rng: random.Random) -> str:
    protocol = rng.choice(_BIG_PROTOCOLS if rng.random() < 0.8 else _PROTOCOLS)
    return protocol.name if rng.random() < 0.4 else protocol.name.lower()


def _exchange(rng: random.Random) -> str:
    exchange = rng.choice(list(EXCHANGES.values())[:16])
    return exchange.name if rng.random() < 0.3 else exchange.name.lower()


def _chain(rng: random.Random) -> str:
    return rng.choice(_CHAINS) if rng.random() < 0.9 else rng.choice(list(CHAINS.values())).name


def _amount(rng: random.Random) -> str:
    return rng.choice(
        [
            "1",
            "2",
            "0.5",
            "3",
            "5",
            "10",
            "0.1",
            "0.25",
            "100",
            "1.5",
            "20",
            "32",
            "500",
            "1,000",
            "0.01",
            "250",
            "7",
            "12.5",
            "1000",
            "10k",
        ]
    )


def _big(rng: random.Random) -> str:
    return rng.choice(
        [
            "10k",
            "5k",
            "1000",
            "5,000",
            "20k",
            "100k",
            "50000",
            "1,200",
            "2500",
            "1m",
            "250k",
            "500",
            "ten thousand",
            "10 000",
            "3.5k",
        ]
    )


def _usd(rng: random.Random) -> str:
    amount = rng.choice(["100", "500", "50", "1000", "1,500", "20", "10k", "250", "5000", "25", "10", "75000"])
    unit = rng.choice(["dollars", "usd", "euros", "eur", "bucks", "pounds", "gbp", "yen"])
    return rng.choice([f"${amount}", f"€{amount}", f"{amount} {unit}", f"${amount}", f"£{amount}", f"{amount}$"])


def _level(rng: random.Random) -> str:
    amount = rng.choice(
        [
            "50k",
            "100k",
            "70000",
            "3000",
            "4,000",
            "200",
            "1",
            "0.5",
            "1.2",
            "10k",
            "150",
            "65,000",
            "80k",
            "5000",
            "30",
            "0.10",
            "250k",
            "1 million",
        ]
    )
    return rng.choice([f"${amount}", amount, f"{amount} usd", f"${amount}", f"{amount} dollars", f"{amount} euros"])


def _musd(rng: random.Random) -> str:
    return rng.choice(
        [
            "$1m",
            "$10m",
            "$5 million",
            "1m usd",
            "$100k",
            "10 million",
            "$50m",
            "500k",
            "$1,000,000",
            "20m",
            "$2.5m",
            "1m",
            "100 million dollars",
        ]
    )


def _percent(rng: random.Random) -> str:
    return rng.choice(["5%", "10%", "20 %", "3 percent", "50%", "30%", "2%", "15 percent", "1%", "8%", "10 pct"])


def _address(rng: random.Random) -> str:
    return "0x" + "".join(rng.choice("0123456789abcdef") for _ in range(40))


def _ens(rng: random.Random) -> str:
    return rng.choice(_NAMES) + rng.choice(["", "", "1", "x"]) + ".eth"


def _holdings(rng: random.Random) -> str:
    parts = [
        f"{rng.choice(['1', '2', '0.5', '10', '500', '3000', '1.5', '20', '32', '100'])} {_asset(rng)}"
        for _ in range(rng.choice([2, 2, 3, 3, 1]))
    ]
    return (
        parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + rng.choice([" and ", " and ", ", ", " + "]) + parts[-1]
    )


def _weights(rng: random.Random) -> str:
    names = [_asset(rng) for _ in range(rng.choice([2, 2, 3]))]
    shares = {
        2: rng.choice([(60, 40), (50, 50), (70, 30), (80, 20)]),
        3: rng.choice([(50, 30, 20), (40, 40, 20), (60, 30, 10)]),
    }[len(names)]
    if rng.random() < 0.2:
        return "/".join(map(str, shares)) + " " + " ".join(names)
    return rng.choice([" ", ", ", " and "]).join(f"{share}% {name}" for share, name in zip(shares, names, strict=True))


def _sats(rng: random.Random) -> str:
    amount = rng.choice(["1000", "50k", "100000", "21k", "5,000", "1 million", "250"])
    return f"{amount} {rng.choice(['sats', 'satoshis', 'sats', 'satoshi'])}"


def _stable(rng: random.Random) -> str:
    if rng.random() < 0.7:
        return rng.choice(_STABLES[:5]).ticker.lower()
    return rng.choice([*(asset.ticker for asset in _STABLES), "USD Coin", "tether"])


def _invented(rng: random.Random) -> str:
    """A coin that does not exist, by the look of its name."""
    word = "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(rng.choice([2, 2, 3])))
    return word + rng.choice(["coin", "coin", "inu", "swap", "token", "dao", "", "", "x"])


FILLERS: dict[str, Filler] = {
    "asset": _asset, "ticker": lambda rng: rng.choice(_TOP).ticker, "asset_ru": _pick(_RU), "asset_zh": _pick(_ZH),
    "asset_ja": _pick(_JA),
    "asset_ko": _pick(_KO), "asset_ar": _pick(["بيتكوين", "btc", "eth", "ايثيريوم"]),
    "stable": _stable,
    "lst": lambda rng: rng.choice(_STAKED).ticker if rng.random() < 0.5 else rng.choice(_STAKED).ticker.lower(),
    "protocol": _protocol, "chain": _chain, "exchange": _exchange, "stakeproto": _pick(_STAKING), "amount": _amount,
    "big": _big, "usd": _usd,
    "cur": _pick(_CURRENCIES), "win": _pick(_SPANS), "horizon": _pick(_AHEAD), "day": _pick(_DAYS),
    "interval": _pick(_BARS), "on_interval": _pick(_ON_BARS),
    "ind": _pick(_INDICATORS), "risk": _pick(_RISKS), "ma": _pick(_MA), "level": _level, "musd": _musd, "pct": _percent,
    "addr": _address, "ens": _ens,
    "holdings": _holdings, "weights": _weights, "sats": _sats, "fake": _invented, "concept": _pick(CONCEPTS),
    "concepts": _pick(PLURAL_CONCEPTS),
    "small": _pick(["5", "10", "20", "1", "0.5", "15", "30"]), "n": _pick(["3", "12", "7", "100", "25", "48", "350",
    "9", "15", "1000", "2"]),
    "fund": _pick(["blackrock", "fidelity", "grayscale", "microstrategy", "strategy", "ark", "vaneck", "bitwise",
    "metaplanet", "tesla", "el salvador",
                   "saylor", "galaxy", "mara", "ibit", "21shares", "franklin templeton", "the us government", "bitmine",
                   "sharplink"]),
    **{f"concept_{language}": _pick(words) for language, words in FOREIGN_CONCEPTS.items()},
    **{name: _pick(words) for name, words in LISTS.items()},
}  # fmt: skip

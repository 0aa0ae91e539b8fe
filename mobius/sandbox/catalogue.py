"""What exists in the simulated world. Here: its assets, pegs and currencies with their invented levels. Not here: their
names and provider ids (core.assets), their paths (paths), who quotes them (venues).

Every figure is made up for this world: plausible in size, copied from nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sector = Literal["none", "layer1", "layer2", "defi", "meme", "payments", "exchange"]
SECTORS: tuple[Sector, ...] = ("none", "layer1", "layer2", "defi", "meme", "payments", "exchange")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coin:
    """A freely floating asset."""

    ticker: str
    level_usd: float
    """Price the path is drawn back to, as of the world's birth."""
    beta: float
    """Exposure to the market factor."""
    own_vol_annual: float
    """Volatility that is its own, a fraction a year."""
    sector: Sector
    supply: float
    """Circulating units at the world's birth."""
    issued_annual: float
    """Growth of the supply, a fraction a year."""
    turnover_usd: float
    """Traded a day on all venues together, in calm times."""
    max_supply: float | None = None
    growth_annual: float = 0.12
    """Growth of the level, a fraction a year in logs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peg:
    """An asset that follows another one with a small deviation, and now and then a large one."""

    ticker: str
    follows: str | None
    """The asset it is worth; None is the US dollar."""
    spread_bps: float
    """Usual size of the deviation."""
    half_life_h: float
    breaks_per_year: float
    break_size: float
    """Typical size of a break, as a fraction; breaks go down."""
    break_half_life_h: float
    supply: float
    turnover_usd: float
    rate: float = 1.0
    """Units of `follows` one unit stood for at the start of time."""
    rate_annual: float = 0.0
    """Growth of `rate`, in logs a year: what a liquid staking token earns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    code: str
    level_usd: float
    vol_annual: float


def _coin(ticker: str, level: float, beta: float, vol: float, sector: Sector, supply: float, issued: float,
          turnover: float, most: float | None = None, growth: float = 0.12) -> Coin:  # fmt: skip
    return Coin(ticker=ticker, level_usd=level, beta=beta, own_vol_annual=vol, sector=sector, supply=supply,
                issued_annual=issued, turnover_usd=turnover, max_supply=most, growth_annual=growth)  # fmt: skip


COINS: tuple[Coin, ...] = (
    _coin("BTC", 83_400.0, 1.00, 0.17, "none", 20.05e6, 0.008, 24e9, 21e6, 0.25),
    _coin("ETH", 2_870.0, 1.22, 0.28, "layer1", 121.3e6, 0.003, 14e9, None, 0.15),
    _coin("XRP", 1.71, 1.05, 0.48, "payments", 61.2e9, 0.02, 3.1e9, 100e9),
    _coin("BNB", 742.0, 0.85, 0.26, "exchange", 136.5e6, -0.02, 1.6e9, 200e6),
    _coin("SOL", 134.0, 1.45, 0.46, "layer1", 571e6, 0.045, 4.2e9),
    _coin("DOGE", 0.137, 1.35, 0.62, "meme", 153e9, 0.033, 1.4e9),
    _coin("TRX", 0.289, 0.45, 0.27, "layer1", 94.2e9, -0.01, 0.7e9),
    _coin("ADA", 0.462, 1.25, 0.45, "layer1", 36.4e9, 0.02, 0.8e9, 45e9),
    _coin("LINK", 14.9, 1.35, 0.45, "defi", 702e6, 0.05, 0.7e9, 1e9),
    _coin("AVAX", 17.6, 1.45, 0.47, "layer1", 436e6, 0.03, 0.5e9, 720e6),
    _coin("XLM", 0.271, 1.05, 0.50, "payments", 32.4e9, 0.02, 0.3e9, 50.0e9),
    _coin("SUI", 2.06, 1.55, 0.62, "layer1", 3.9e9, 0.12, 0.9e9, 10e9),
    _coin("BCH", 488.0, 0.95, 0.48, "payments", 20.0e6, 0.008, 0.4e9, 21e6),
    _coin("HBAR", 0.152, 1.30, 0.58, "layer1", 42.9e9, 0.03, 0.3e9, 50e9),
    _coin("LTC", 92.5, 0.95, 0.40, "payments", 76.9e6, 0.012, 0.5e9, 84e6),
    _coin("TON", 2.18, 1.10, 0.45, "layer1", 2.6e9, 0.02, 0.2e9),
    _coin("SHIB", 0.00000942, 1.35, 0.55, "meme", 589.2e12, -0.001, 0.2e9),
    _coin("DOT", 3.31, 1.25, 0.42, "layer1", 1.63e9, 0.06, 0.25e9),
    _coin("UNI", 6.84, 1.35, 0.52, "defi", 632e6, 0.02, 0.3e9, 1e9),
    _coin("AAVE", 187.0, 1.40, 0.52, "defi", 15.3e6, 0.01, 0.3e9, 16e6),
    _coin("NEAR", 2.27, 1.45, 0.52, "layer1", 1.28e9, 0.04, 0.2e9),
    _coin("ETC", 16.9, 1.15, 0.40, "layer1", 154e6, 0.02, 0.1e9, 210.7e6),
    _coin("APT", 3.42, 1.40, 0.52, "layer1", 734e6, 0.10, 0.15e9),
    _coin("POL", 0.191, 1.35, 0.48, "layer2", 10.6e9, 0.02, 0.1e9),
    _coin("ARB", 0.302, 1.50, 0.55, "layer2", 5.6e9, 0.14, 0.15e9, 10e9),
    _coin("OP", 0.418, 1.55, 0.57, "layer2", 1.93e9, 0.12, 0.12e9, 4.3e9),
    _coin("ATOM", 3.08, 1.20, 0.42, "layer1", 478e6, 0.09, 0.1e9),
    _coin("FIL", 1.63, 1.30, 0.52, "layer1", 716e6, 0.09, 0.12e9, 1.96e9),
    _coin("LDO", 0.894, 1.45, 0.58, "defi", 903e6, 0.01, 0.08e9, 1e9),
    _coin("CRV", 0.487, 1.35, 0.62, "defi", 1.43e9, 0.06, 0.12e9, 3.03e9),
    _coin("PEPE", 0.00000617, 1.50, 0.85, "meme", 420.69e12, 0.0, 0.4e9, 420.69e12),
    _coin("PAXG", 4_120.0, 0.03, 0.15, "none", 372e3, 0.10, 0.12e9, None, 0.08),
)

PEGS: tuple[Peg, ...] = (
    Peg(ticker="USDT", follows=None, spread_bps=4.0, half_life_h=9.0, breaks_per_year=0.5, break_size=0.008,
        break_half_life_h=20.0, supply=182e9, turnover_usd=58e9),
    Peg(ticker="USDC", follows=None, spread_bps=2.0, half_life_h=5.0, breaks_per_year=0.4, break_size=0.010,
        break_half_life_h=16.0, supply=73e9, turnover_usd=9e9),
    Peg(ticker="DAI", follows=None, spread_bps=3.5, half_life_h=12.0, breaks_per_year=0.5, break_size=0.009,
        break_half_life_h=24.0, supply=4.6e9, turnover_usd=0.12e9),
    Peg(ticker="WBTC", follows="BTC", spread_bps=5.0, half_life_h=20.0, breaks_per_year=0.2, break_size=0.008,
        break_half_life_h=40.0, supply=126e3, turnover_usd=0.22e9),
    Peg(ticker="WETH", follows="ETH", spread_bps=1.0, half_life_h=1.0, breaks_per_year=0.0, break_size=0.0,
        break_half_life_h=1.0, supply=2.4e6, turnover_usd=0.35e9),
    Peg(ticker="stETH", follows="ETH", spread_bps=5.0, half_life_h=60.0, breaks_per_year=0.5, break_size=0.018,
        break_half_life_h=160.0, supply=8.6e6, turnover_usd=0.05e9),
    Peg(ticker="wstETH", follows="stETH", spread_bps=1.5, half_life_h=2.0, breaks_per_year=0.0, break_size=0.0,
        break_half_life_h=1.0, supply=3.4e6, turnover_usd=0.03e9, rate=1.098, rate_annual=0.029),
    Peg(ticker="rETH", follows="ETH", spread_bps=9.0, half_life_h=60.0, breaks_per_year=0.4, break_size=0.012,
        break_half_life_h=120.0, supply=0.42e6, turnover_usd=0.01e9, rate=1.061, rate_annual=0.027),
)  # fmt: skip

CURRENCIES: tuple[Currency, ...] = (
    Currency(code="EUR", level_usd=1.148, vol_annual=0.070),
    Currency(code="GBP", level_usd=1.322, vol_annual=0.078),
    Currency(code="JPY", level_usd=0.00661, vol_annual=0.095),
    Currency(code="CHF", level_usd=1.231, vol_annual=0.075),
    Currency(code="CAD", level_usd=0.718, vol_annual=0.060),
    Currency(code="AUD", level_usd=0.668, vol_annual=0.095),
)

COIN = {coin.ticker: coin for coin in COINS}
PEG = {peg.ticker: peg for peg in PEGS}
TICKERS: tuple[str, ...] = (*COIN, *PEG)

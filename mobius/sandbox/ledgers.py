"""Chains of the simulated world, and where well-known tokens stand on them. Here: chains, token contracts. Not here: their
fees and blocks (gas), what is deposited on them (protocols).

Names, numbers and addresses are the real ones, so that the ordinary sources find what they ask for; every amount is made up.
"""

from __future__ import annotations

from dataclasses import dataclass

from mobius.sandbox.catalogue import COIN, PEG


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """One chain."""

    slug: str
    name: str
    """As DefiLlama writes it."""
    chain_id: int | None
    gas: str
    """Ticker its fees are paid in."""
    stables_usd: tuple[float, float, float]
    """Tethers, USD coins and dai on it at the world's birth, in parts of all."""
    native: str
    """CoinGecko's id of its own coin."""


def _ledger(slug: str, name: str, chain_id: int | None, gas: str, native: str, *stables: float) -> Ledger:
    return Ledger(
        slug=slug,
        name=name,
        chain_id=chain_id,
        gas=gas,
        native=native,
        stables_usd=(stables[0], stables[1], stables[2]),
    )


LEDGERS: tuple[Ledger, ...] = (
    _ledger("ethereum", "Ethereum", 1, "ETH", "ethereum", 0.470, 0.62, 0.86),
    _ledger("tron", "Tron", None, "TRX", "tron", 0.430, 0.0, 0.0),
    _ledger("solana", "Solana", None, "SOL", "solana", 0.018, 0.15, 0.0),
    _ledger("bsc", "BSC", 56, "BNB", "binancecoin", 0.048, 0.02, 0.02),
    _ledger("base", "Base", 8453, "ETH", "base", 0.001, 0.07, 0.03),
    _ledger("arbitrum", "Arbitrum", 42161, "ETH", "arbitrum", 0.008, 0.07, 0.04),
    _ledger("polygon", "Polygon", 137, "POL", "polygon-ecosystem-token", 0.008, 0.03, 0.03),
    _ledger("avalanche", "Avalanche", 43114, "AVAX", "avalanche-2", 0.009, 0.02, 0.0),
    _ledger("optimism", "OP Mainnet", 10, "ETH", "optimism", 0.004, 0.01, 0.02),
    _ledger("sui", "Sui", None, "SUI", "sui", 0.001, 0.008, 0.0),
    _ledger("aptos", "Aptos", None, "APT", "aptos", 0.003, 0.002, 0.0),
    _ledger("bitcoin", "Bitcoin", None, "BTC", "bitcoin", 0.0, 0.0, 0.0),
)
LEDGER = {ledger.slug: ledger for ledger in LEDGERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token's contract on one chain."""

    chain: str
    symbol: str
    """As it calls itself there."""
    ticker: str
    """The asset of this world it is."""
    address: str
    decimals: int


_LINES = """
ethereum|USDC|USDC|0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48|6
ethereum|USDT|USDT|0xdAC17F958D2ee523a2206206994597C13D831ec7|6
ethereum|DAI|DAI|0x6B175474E89094C44Da98b954EedeAC495271d0F|18
ethereum|WETH|WETH|0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2|18
ethereum|WBTC|WBTC|0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599|8
ethereum|stETH|stETH|0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84|18
ethereum|wstETH|wstETH|0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0|18
ethereum|rETH|rETH|0xae78736Cd615f374D3085123A210448E74Fc6393|18
ethereum|LINK|LINK|0x514910771AF9Ca656af840dff83E8264EcF986CA|18
ethereum|AAVE|AAVE|0x7Fc66500c84A76Ad7e9c93437bFc5Ac33E2DDaE9|18
ethereum|UNI|UNI|0x1f9840a85d5aF5bf1D1762F925BDADdC4201F984|18
ethereum|CRV|CRV|0xD533a949740bb3306d119CC777fa900bA034cd52|18
ethereum|LDO|LDO|0x5A98FcBEA516Cf06857215779Fd812CA3beF1B32|18
ethereum|PEPE|PEPE|0x6982508145454Ce325dDbE47a25d4ec3d2311933|18
arbitrum|USDC|USDC|0xaf88d065e77c8cC2239327C5EDb3A432268e5831|6
arbitrum|USDT|USDT|0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9|6
arbitrum|DAI|DAI|0xDA10009cBd5D07dd0CeCc66161FC93D7c9000da1|18
arbitrum|WETH|WETH|0x82aF49447D8a07e3bd95BD0d56f35241523fBab1|18
arbitrum|WBTC|WBTC|0x2f2a2543B76A4166549F7aaB2e75Bef0aefC5B0f|8
arbitrum|wstETH|wstETH|0x5979D7b546E38E414F7E9822514be443A4800529|18
arbitrum|ARB|ARB|0x912CE59144191C1204E64559FE8253a0e49E6548|18
arbitrum|LINK|LINK|0xf97f4df75117a78c1A5a0DBb814Af92458539FB4|18
optimism|USDC|USDC|0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85|6
optimism|USDT|USDT|0x94b008aA00579c1307B0EF2c499aD98a8ce58e58|6
optimism|DAI|DAI|0xDA10009cBd5D07dd0CeCc66161FC93D7c9000da1|18
optimism|WETH|WETH|0x4200000000000000000000000000000000000006|18
optimism|WBTC|WBTC|0x68f180fcCe6836688e9084f035309E29Bf0A2095|8
optimism|wstETH|wstETH|0x1F32b1c2345538c0c6f582fCB022739c4A194Ebb|18
optimism|OP|OP|0x4200000000000000000000000000000000000042|18
base|USDC|USDC|0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913|6
base|DAI|DAI|0x50c5725949A6F0c72E6C4a641F24049A917DB0Cb|18
base|WETH|WETH|0x4200000000000000000000000000000000000006|18
base|wstETH|wstETH|0xc1CBa3fCea344f92D9239c08C0568f6F2F0ee452|18
polygon|USDC|USDC|0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359|6
polygon|USDC.e|USDC|0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174|6
polygon|USDT|USDT|0xc2132D05D31c914a87C6611C10748AEb04B58e8F|6
polygon|DAI|DAI|0x8f3Cf7ad23Cd3CaDbD9735AFf958023239c6A063|18
polygon|WETH|WETH|0x7ceB23fD6bC0adD59E62ac25578270cFf1b9f619|18
polygon|WBTC|WBTC|0x1BFD67037B42Cf73acF2047067bd4F2C47D9BfD6|8
polygon|WPOL|POL|0x0d500B1d8E8eF31E21C99d1Db9A6444d3ADf1270|18
polygon|wstETH|wstETH|0x03b54A6e9a984069379fae1a4fC4dBAE93B3bCCD|18
"""


def _tokens() -> dict[tuple[str, str], Token]:
    found = {}
    for line in _LINES.split():
        chain, symbol, ticker, address, decimals = line.split("|")
        found[chain, symbol] = Token(chain=chain, symbol=symbol, ticker=ticker, address=address, decimals=int(decimals))
    return found


TOKENS = _tokens()
"""By chain and symbol."""
TOKEN_AT = {(token.chain, token.address.lower()): token for token in TOKENS.values()}


def coin_level_usd(ticker: str) -> float:
    """About what one unit is worth at the world's birth, to turn sizes in dollars into units."""
    if ticker in COIN:
        return COIN[ticker].level_usd
    peg = PEG[ticker]
    return (coin_level_usd(peg.follows) if peg.follows else 1.0) * peg.rate

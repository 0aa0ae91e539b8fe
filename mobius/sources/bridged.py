"""Contracts of the tokens that routes are quoted for. Here: address and decimals by asset and chain. Not here: any quote.

Only what bridges carry most, and only the issuer's own token on each chain (not `USDC.e`). A test checks each checksum.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Token(Struct, frozen=True):
    address: str
    decimals: int


NATIVE = "0x0000000000000000000000000000000000000000"
"""Stands for the coin that a chain's fees are paid in."""
_LINES = """
USDC|ethereum|0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48|6
USDC|arbitrum|0xaf88d065e77c8cC2239327C5EDb3A432268e5831|6
USDC|optimism|0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85|6
USDC|base|0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913|6
USDC|polygon|0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359|6
USDC|avalanche|0xB97EF9Ef8734C71904D8002F8b6Bc66Dd9c48a6E|6
USDC|linea|0x176211869cA2b568f2A7D4EE941E073a821EE1ff|6
USDC|unichain|0x078D782b760474a361dDA0AF3839290b0EF57AD6|6
USDT|ethereum|0xdAC17F958D2ee523a2206206994597C13D831ec7|6
USDT|arbitrum|0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9|6
USDT|optimism|0x94b008aA00579c1307B0EF2c499aD98a8ce58e58|6
USDT|polygon|0xc2132D05D31c914a87C6611C10748AEb04B58e8F|6
WETH|ethereum|0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2|18
WETH|arbitrum|0x82aF49447D8a07e3bd95BD0d56f35241523fBab1|18
WETH|optimism|0x4200000000000000000000000000000000000006|18
WETH|base|0x4200000000000000000000000000000000000006|18
WETH|polygon|0x7ceB23fD6bC0adD59E62ac25578270cFf1b9f619|18
WETH|linea|0xe5D7C2a44FfDDf6b295A15c148167daaAf5Cf34f|18
WETH|unichain|0x4200000000000000000000000000000000000006|18
DAI|ethereum|0x6B175474E89094C44Da98b954EedeAC495271d0F|18
DAI|arbitrum|0xDA10009cBd5D07dd0CeCc66161FC93D7c9000da1|18
DAI|optimism|0xDA10009cBd5D07dd0CeCc66161FC93D7c9000da1|18
DAI|base|0x50c5725949A6F0c72E6C4a641F24049A917DB0Cb|18
DAI|polygon|0x8f3Cf7ad23Cd3CaDbD9735AFf958023239c6A063|18
WBTC|ethereum|0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599|8
WBTC|arbitrum|0x2f2a2543B76A4166549F7aaB2e75Bef0aefC5B0f|8
WBTC|optimism|0x68f180fcCe6836688e9084f035309E29Bf0A2095|8
WBTC|polygon|0x1BFD67037B42Cf73acF2047067bd4F2C47D9BfD6|8
"""
TOKENS: Mapping[tuple[str, str], Token] = {
    (row[0], row[1]): Token(row[2], int(row[3])) for row in (line.split("|") for line in _LINES.split("\n") if line)
}
"""By asset and chain (our names)."""
_NATIVE_ETH = frozenset({"ethereum", "arbitrum", "optimism", "base", "linea", "unichain"})


def token_on(asset: str, chain: str) -> Token | None:
    """A token's contract on a chain; ether itself where the chain's fees are paid in it.

    >>> token_on("USDC", "base").decimals, token_on("ETH", "polygon")
    (6, None)
    """
    if asset == "ETH":
        return Token(NATIVE, 18) if chain in _NATIVE_ETH else None
    return TOKENS.get((asset, chain))

"""Canonical bridges: the contracts on Ethereum that hold what was sent to another chain by its own bridge.

Columns, split at `|`: chain, contract, what it is called, what it may hold, where that is documented. Only contracts that the
chain (or the token's issuer, for its own way across) names itself; a test checks each checksum. Here: contracts, and the tokens
that are counted in them. Not here: reading balances (desk.bridges), quotes for a move (desk.routes).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class BridgedAsset(Struct, frozen=True, kw_only=True):
    """What a bridge may hold on Ethereum."""

    ticker: str
    address: str | None
    """None for ether itself."""
    decimals: int
    priced_as: str
    """The asset whose price values it: WETH is redeemed for ETH one to one."""


class BridgeContract(Struct, frozen=True, kw_only=True):
    """One contract on Ethereum that holds what stands on `chain`."""

    chain: str
    address: str
    name: str
    holds: tuple[str, ...]
    """Tickers of BRIDGED_ASSETS."""
    note: str
    """Who documents it."""


HOME = "ethereum"
"""Where the contracts stand."""
_TOKENS = "USDC,USDT,DAI,WETH,WBTC,wstETH"
_ASSET_LINES = """
ETH||18|ETH
WETH|0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2|18|ETH
USDC|0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48|6|USDC
USDT|0xdAC17F958D2ee523a2206206994597C13D831ec7|6|USDT
DAI|0x6B175474E89094C44Da98b954EedeAC495271d0F|18|DAI
WBTC|0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599|8|WBTC
wstETH|0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0|18|wstETH
"""
_CONTRACT_LINES = f"""
arbitrum|0x8315177aB297bA92A06054cE80a67Ed4DBd7ed3a|Bridge|ETH|Arbitrum documentation, contract addresses
arbitrum|0xa3A7B6F88361F48403514059F1F16C8E78d60EeC|L1ERC20Gateway|{_TOKENS}|Arbitrum documentation, contract addresses
arbitrum|0xcEe284F754E854890e311e3280b767F80797180d|L1CustomGateway|{_TOKENS}|Arbitrum documentation, contract addresses
arbitrum|0xA10c7CE4b876998858b1a9E12b10092229539400|L1Escrow|DAI|Maker's bridge of DAI, deployed addresses
arbitrum|0x0F25c1DC2a9922304f2eac71DCa9B07E310e8E5a|L1ERC20TokenGateway|wstETH|Lido documentation, deployed contracts
optimism|0xbEb5Fc579115071764c7423A4f12eDde41f106Ed|OptimismPortal|ETH|Optimism documentation, contract addresses
optimism|0x99C9fc46f92E8a1c0deC1b1747d010903E884bE1|L1StandardBridge|{_TOKENS}|Optimism documentation, contract addresses
optimism|0x467194771dAe2967Aef3ECbEDD3Bf9a310C76C65|L1Escrow|DAI|Maker's bridge of DAI, deployed addresses
optimism|0x76943C0D61395d8F2edF9060e1533529cAe05dE6|L1LidoTokensBridge|wstETH|Lido documentation, deployed contracts
base|0x49048044D57e1C92A77f79988d21Fa8fAF74E97e|OptimismPortal|ETH|Base documentation, contract addresses
base|0x3154Cf16ccdb4C6d922629664174b904d80F2C35|L1StandardBridge|{_TOKENS}|Base documentation, contract addresses
base|0x9de443AdC5A411E83F1878Ef24C3F52C61571e72|L1ERC20TokenBridge|wstETH|Lido documentation, deployed contracts
polygon|0x8484Ef722627bf18ca5Ae6BcF031c23E6e922B30|EtherPredicate|ETH|Polygon documentation, deployed contracts
polygon|0x40ec5B33f54e0E8A33A975908C5BA1c14e5BbbDf|ERC20Predicate|{_TOKENS}|Polygon documentation, deployed contracts
linea|0xd19d4B5d358258f05D7B411E21A1460D11B0876F|L1MessageService|ETH|Linea documentation, contract addresses
linea|0x051F1D88f0aF5763fB888eC4378b4D8B29ea3319|TokenBridge|{_TOKENS}|Linea documentation, contract addresses
linea|0x504A330327A089d8364C4ab3811Ee26976d388ce|USDC bridge|USDC|Linea documentation, contract addresses
"""


def _asset(line: str) -> BridgedAsset:
    ticker, address, decimals, priced_as = line.split("|")
    return BridgedAsset(ticker=ticker, address=address or None, decimals=int(decimals), priced_as=priced_as)


def _contract(line: str) -> BridgeContract:
    chain, address, name, holds, note = line.split("|")
    return BridgeContract(chain=chain, address=address, name=name, holds=tuple(holds.split(",")), note=note)


BRIDGED_ASSETS: Mapping[str, BridgedAsset] = {
    asset.ticker: asset for asset in (_asset(line) for line in _ASSET_LINES.strip().split("\n"))
}
"""By ticker."""
BRIDGES: tuple[BridgeContract, ...] = tuple(_contract(line) for line in _CONTRACT_LINES.strip().split("\n"))


def bridges_of(chain: str) -> tuple[BridgeContract, ...]:
    """The contracts of a chain's bridge; none where none is registered.

    >>> [one.name for one in bridges_of("polygon")], bridges_of("solana")
    (['EtherPredicate', 'ERC20Predicate'], ())
    """
    return tuple(one for one in BRIDGES if one.chain == chain)

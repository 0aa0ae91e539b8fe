"""What providers call chains and protocols. Here: their names by our slugs. Not here: our own registries (protocols).

Columns of a chain: slug, DefiLlama's name, its prefix of coin ids, CoinGecko's platform, GeckoTerminal's network, GoldRush's
and Alchemy's chain, Curve's. An empty column: the provider does not have it, or we do not know.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class ChainNames(Struct, frozen=True, kw_only=True):
    """One chain as providers call it; None where a provider does not have it."""

    slug: str
    defillama: str | None
    defillama_coins: str | None
    coingecko: str | None
    geckoterminal: str | None
    goldrush: str | None
    alchemy: str | None
    curve: str | None


_CHAIN_LINES = """
ethereum|Ethereum|ethereum|ethereum|eth|eth-mainnet|eth-mainnet|ethereum
polygon|Polygon|polygon|polygon-pos|polygon_pos|matic-mainnet|polygon-mainnet|polygon
arbitrum|Arbitrum|arbitrum|arbitrum-one|arbitrum|arbitrum-mainnet|arb-mainnet|arbitrum
optimism|OP Mainnet|optimism|optimistic-ethereum|optimism|optimism-mainnet|opt-mainnet|optimism
base|Base|base|base|base|base-mainnet|base-mainnet|base
bsc|BSC|bsc|binance-smart-chain|bsc|bsc-mainnet|bnb-mainnet|bsc
avalanche|Avalanche|avax|avalanche|avax|avalanche-mainnet|avax-mainnet|avalanche
gnosis|Gnosis|xdai|xdai|xdai|gnosis-mainnet|gnosis-mainnet|xdai
solana|Solana|solana|solana|solana|||
tron|Tron|tron|tron|tron|||
bitcoin|Bitcoin||||||
sui|Sui|sui|sui|sui-network|||
aptos|Aptos|aptos|aptos|aptos|||
ton|TON|ton|the-open-network|ton|||
hyperevm|Hyperliquid L1|hyperliquid|hyperevm|hyperevm|||hyperliquid
sonic|Sonic|sonic|sonic|sonic|||sonic
fantom|Fantom|fantom|fantom|ftm|||fantom
linea|Linea|linea|linea|linea|||
zksync|zkSync Era|era|zksync|zksync|||zksync
scroll|Scroll|scroll|scroll|scroll|||
mantle|Mantle|mantle|mantle|mantle|||mantle
blast|Blast|blast|blast|blast|||
starknet|Starknet|starknet|starknet|starknet-alpha|||
unichain|Unichain|unichain|unichain|unichain|||
celo|Celo|celo|celo|celo|||celo
cronos|Cronos|cronos|cronos|cro|||
berachain|Berachain|berachain|berachain|berachain|||
plasma|Plasma|plasma|plasma|plasma|||
near|Near|near|near-protocol|near|||
cardano|Cardano|cardano|cardano|cardano|||
fraxtal|Fraxtal|fraxtal|fraxtal|fraxtal|||fraxtal
moonbeam|Moonbeam|moonbeam|moonbeam|glmr|||moonbeam
kava|Kava|kava|kava|kava|||kava
"""
_OTHER_DEFILLAMA = {"Optimism": "optimism", "xDai": "gnosis", "Binance": "bsc", "Gnosis (xDai)": "gnosis"}
"""Names in older data of theirs."""

_PROTOCOL_LINES = """
aave|aave-v3,aave-v2,aave-v4
compound|compound-v3,compound-v2
lido|lido
uniswap|uniswap-v3,uniswap-v4,uniswap-v2
curve|curve-dex
rocket-pool|rocket-pool
yearn|yearn-finance
maker|makerdao
sky|sky-lending
spark|sparklend,spark-savings
morpho|morpho-v1,morpho-blue
ethena|ethena-usde
ether-fi|ether.fi-stake
eigenlayer|eigencloud,eigenlayer
pendle|pendle
convex|convex-finance
balancer|balancer-v3,balancer-v2
aerodrome|aerodrome-slipstream,aerodrome-v1
pancakeswap|pancakeswap-amm-v3,pancakeswap-amm
fluid|fluid-lending,fluid-dex
euler|euler-v2
frax|frax-ether,frax
jito|jito-liquid-staking
marinade|marinade-liquid-staking
kamino|kamino-lend
justlend|justlend
venus|venus-core-pool
benqi|benqi-lending
"""


def _chains() -> dict[str, ChainNames]:
    rows = (line.split("|") for line in _CHAIN_LINES.split("\n") if line)
    return {
        row[0]: ChainNames(
            slug=row[0], defillama=row[1] or None, defillama_coins=row[2] or None, coingecko=row[3] or None,
            geckoterminal=row[4] or None, goldrush=row[5] or None, alchemy=row[6] or None, curve=row[7] or None,
        )
        for row in rows
    }  # fmt: skip


CHAIN_NAMES: Mapping[str, ChainNames] = _chains()
"""By slug."""
CHAIN_OF_DEFILLAMA: Mapping[str, str] = _OTHER_DEFILLAMA | {
    names.defillama: slug for slug, names in CHAIN_NAMES.items() if names.defillama is not None
}
"""Our slug of a chain that DefiLlama names."""
DEFILLAMA_SLUGS: Mapping[str, tuple[str, ...]] = {
    slug: tuple(names.split(",")) for slug, names in (line.split("|") for line in _PROTOCOL_LINES.split("\n") if line)
}
"""DefiLlama's slugs of a protocol of ours, the one people mean first; others have the slug that we give them."""


def defillama_slugs(protocol: str) -> tuple[str, ...]:
    """DefiLlama's slugs of a protocol: its versions, the one people mean first.

    >>> defillama_slugs("aave")[0]
    'aave-v3'
    """
    return DEFILLAMA_SLUGS.get(protocol, (protocol,))

"""Where assets, protocols and chains are developed in public. Here: their repositories on GitHub. Not here: counting (desk).

Columns, split at `|`: tickers and slugs, the name, repositories. The list is not whole: every answer names what was counted.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

_LINES = """
BTC,bitcoin|Bitcoin|bitcoin/bitcoin
ETH,ethereum|Ethereum|ethereum/go-ethereum,ethereum/consensus-specs
SOL,solana|Solana|anza-xyz/agave
BNB,bsc|BNB Chain|bnb-chain/bsc
XRP|XRP|XRPLF/rippled
ADA,cardano|Cardano|IntersectMBO/cardano-node
DOGE|Dogecoin|dogecoin/dogecoin
LTC|Litecoin|litecoin-project/litecoin
DOT|Polkadot|paritytech/polkadot-sdk
AVAX,avalanche|Avalanche|ava-labs/avalanchego
TRX,tron|TRON|tronprotocol/java-tron
TON,ton|TON|ton-blockchain/ton
XLM|Stellar|stellar/stellar-core
XMR|Monero|monero-project/monero
ZEC|Zcash|zcash/zcash
ATOM|Cosmos|cosmos/cosmos-sdk,cometbft/cometbft
NEAR,near|NEAR|near/nearcore
APT,aptos|Aptos|aptos-labs/aptos-core
SUI,sui|Sui|MystenLabs/sui
ICP|Internet Computer|dfinity/ic
FIL|Filecoin|filecoin-project/lotus
ALGO|Algorand|algorand/go-algorand
HBAR|Hedera|hiero-ledger/hiero-consensus-node
TIA|Celestia|celestiaorg/celestia-app,celestiaorg/celestia-node
KAS|Kaspa|kaspanet/rusty-kaspa
VET|VeChain|vechain/thor
ARB,arbitrum|Arbitrum|OffchainLabs/nitro
OP,optimism|Optimism|ethereum-optimism/optimism
base|Base|base/node
POL,polygon|Polygon|0xPolygon/bor
ZK,zksync|zkSync|matter-labs/zksync-era
SEI|Sei|sei-protocol/sei-chain
LINK,chainlink|Chainlink|smartcontractkit/chainlink
UNI,uniswap|Uniswap|Uniswap/v4-core,Uniswap/v4-periphery
AAVE,aave|Aave|aave-dao/aave-v3-origin
COMP,compound|Compound|compound-finance/comet
MKR,maker|Maker|makerdao/dss
CRV,curve|Curve|curvefi/curve-stablecoin
LDO,lido|Lido|lidofinance/core
RPL,rocket-pool|Rocket Pool|rocket-pool/smartnode,rocket-pool/rocketpool
YFI,yearn|Yearn|yearn/yearn-vaults-v3
GRT,the-graph|The Graph|graphprotocol/graph-node
ENS,ens|ENS|ensdomains/ens-contracts
EIGEN,eigenlayer|EigenLayer|Layr-Labs/eigenlayer-contracts
MORPHO,morpho|Morpho|morpho-org/morpho-blue
BAL,balancer|Balancer|balancer/balancer-v3-monorepo
SNX,synthetix|Synthetix|Synthetixio/synthetix-v3
GMX,gmx|GMX|gmx-io/gmx-synthetics
DYDX,dydx|dYdX|dydxprotocol/v4-chain
PENDLE,pendle|Pendle|pendle-finance/pendle-core-v2-public
COW,cow-swap|CoW Swap|cowprotocol/services
"""


class Developed(Struct, frozen=True, kw_only=True):
    name: str
    repositories: tuple[str, ...]


def _developed() -> dict[str, Developed]:
    rows = (line.split("|") for line in _LINES.split("\n") if line)
    return {
        key: Developed(name=name, repositories=tuple(repositories.split(",")))
        for keys, name, repositories in rows
        for key in keys.split(",")
    }


DEVELOPED: Mapping[str, Developed] = _developed()
"""By ticker of an asset, and by slug of a protocol or chain."""

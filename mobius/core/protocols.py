"""Protocols, chains and exchanges by name. Here: the slugs that questions use, and words for them. Not here: assets (assets).

Columns, split at `|`: slug, name, what it does or its chain id, ticker of its token or gas, further words. Slug and name are
words by themselves; a word that starts with `~` is also ordinary English or a term of the trade.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from msgspec import Struct


class DefiProtocol(Struct, frozen=True, kw_only=True, eq=False):
    """A protocol; `token` is the ticker of its own token, where the asset registry has it."""

    slug: str
    name: str
    aliases: tuple[str, ...]
    ambiguous: tuple[str, ...] = ()
    """The part of `aliases` to take only in upper case or beside words that speak of lending, pools or protocols."""
    does: str
    """What it is for, as an adjective of "protocol": `lending`, `bridge`."""
    token: str | None = None


class Chain(Struct, frozen=True, kw_only=True, eq=False):
    """A chain; `chain_id` is the EVM's number and None elsewhere, `gas` the ticker its fees are paid in."""

    slug: str
    name: str
    aliases: tuple[str, ...]
    ambiguous: tuple[str, ...] = ()
    """The part of `aliases` to take only beside words that speak of chains, fees or bridges."""
    chain_id: int | None = None
    gas: str


class Exchange(Struct, frozen=True, kw_only=True, eq=False):
    """A trading venue."""

    slug: str
    name: str
    aliases: tuple[str, ...]
    ambiguous: tuple[str, ...] = ()


_PROTOCOL_LINES = """
aave|Aave|lending|AAVE|aave v3,aave v2,aave v4
lido|Lido|liquid staking|LDO|lido finance
uniswap|Uniswap|decentralised exchange|UNI|uni swap,uniswap v2,uniswap v3,uniswap v4
maker|Maker|stablecoin|MKR|makerdao,maker dao,~maker
sky|Sky|stablecoin|SKY|sky protocol,sky lending,~sky
spark|Spark|lending|SPK|sparklend,spark lend,spark protocol,~spark
compound|Compound|lending|COMP|compound v3,compound finance,comet,~compound,~comet
curve|Curve|decentralised exchange|CRV|curve finance,curve dex,~curve
rocket-pool|Rocket Pool|liquid staking|RPL|rocketpool,rocket pool eth
ethena|Ethena|stablecoin|ENA|
eigenlayer|EigenLayer|restaking|EIGEN|eigen layer,eigencloud
ether-fi|ether.fi|restaking|ETHFI|etherfi,ether fi
morpho|Morpho|lending|MORPHO|morpho blue,morpho vaults
pendle|Pendle|yield|PENDLE|pendle finance
euler|Euler|lending|EUL|euler finance,euler v2,~euler
fluid|Fluid|lending|FLUID|instadapp,fluid lending,~fluid
balancer|Balancer|decentralised exchange|BAL|balancer v2,balancer v3
convex|Convex|yield|CVX|convex finance,~convex
yearn|Yearn|yield|YFI|yearn finance,yearn.finance,yearn v3
sushiswap|SushiSwap|decentralised exchange|SUSHI|sushi swap,sushi,~sushi
pancakeswap|PancakeSwap|decentralised exchange|CAKE|pancake swap,pancake,~pancake
frax|Frax|stablecoin|FRAX|frax finance,fraxlend
synthetix|Synthetix|perpetuals|SNX|
gmx|GMX|perpetuals|GMX|
dydx|dYdX|perpetuals|DYDX|
hyperliquid|Hyperliquid|perpetuals|HYPE|hyper liquid
aster|Aster|perpetuals|ASTER|aster dex,asterdex
lighter|Lighter|perpetuals||lighter dex,~lighter
jupiter|Jupiter|swap aggregator|JUP|jup.ag,jupiter exchange,~jupiter
raydium|Raydium|decentralised exchange|RAY|
orca|Orca|decentralised exchange|ORCA|~orca
meteora|Meteora|decentralised exchange||
kamino|Kamino|lending|KMNO|kamino finance
marginfi|marginfi|lending||margin fi
save|Save|lending||solend,~save
drift|Drift|perpetuals||drift protocol,~drift
marinade|Marinade|liquid staking||marinade finance,~marinade
jito|Jito|liquid staking|JTO|jito network
sanctum|Sanctum|liquid staking||~sanctum
pump-fun|Pump.fun|token launch|PUMP|pumpfun,pump fun
aerodrome|Aerodrome|decentralised exchange|AERO|aerodrome finance
velodrome|Velodrome|decentralised exchange||velodrome finance
camelot|Camelot|decentralised exchange||camelot dex
trader-joe|Trader Joe|decentralised exchange||traderjoe,lfj
quickswap|QuickSwap|decentralised exchange||quick swap
1inch|1inch|swap aggregator|1INCH|1 inch,one inch
cow-swap|CoW Swap|swap aggregator|COW|cowswap,cow protocol
0x|0x|swap aggregator|ZRX|0x protocol,matcha
kyberswap|KyberSwap|swap aggregator|KNC|kyber,kyber network
bancor|Bancor|decentralised exchange|BNT|
thorchain|THORChain|decentralised exchange|RUNE|thor chain,thorswap
stargate|Stargate|bridge|STG|stargate finance,~stargate
across|Across|bridge||across protocol,across bridge,~across
hop|Hop|bridge||hop protocol,hop bridge,~hop
synapse|Synapse|bridge||synapse bridge,synapse protocol
wormhole|Wormhole|bridge|W|portal bridge,~wormhole
layerzero|LayerZero|bridge|ZRO|layer zero
debridge|deBridge|bridge||de bridge
liquity|Liquity|stablecoin||liquity v2
venus|Venus|lending||venus protocol,~venus
justlend|JustLend|lending|JST|just lend
benqi|BENQI|lending||
radiant|Radiant|lending||radiant capital,~radiant
moonwell|Moonwell|lending||
silo|Silo|lending||silo finance,~silo
gearbox|Gearbox|lending||gearbox protocol,~gearbox
beefy|Beefy|yield||beefy finance,~beefy
stakewise|StakeWise|liquid staking||stake wise
stader|Stader|liquid staking||stader labs
renzo|Renzo|restaking||renzo protocol
kelp|Kelp|restaking||kelp dao,kelpdao,~kelp
puffer|Puffer|restaking||puffer finance
swell|Swell|restaking||swell network,~swell
symbiotic|Symbiotic|restaking||~symbiotic
babylon|Babylon|restaking||babylon chain,~babylon
lombard|Lombard|bitcoin wrapping||lombard finance
solv|Solv|bitcoin wrapping||solv protocol
ondo|Ondo|real-world assets|ONDO|ondo finance
maple|Maple|real-world assets|SYRUP|maple finance,~maple
centrifuge|Centrifuge|real-world assets||~centrifuge
goldfinch|Goldfinch|real-world assets||
usual|Usual|stablecoin||usual money,~usual
resolv|Resolv|stablecoin||
alchemix|Alchemix|stablecoin||
abracadabra|Abracadabra|stablecoin||
inverse|Inverse|stablecoin||inverse finance,firm,~inverse,~firm
olympus|Olympus|reserve currency|OHM|olympus dao,olympusdao
nexus-mutual|Nexus Mutual|insurance||
gains|gTrade|perpetuals||gains network,gtrade,~gains
derive|Derive|options||lyra,lyra finance,~derive
aevo|Aevo|options||
superform|Superform|yield||
polymarket|Polymarket|prediction market||poly market
opensea|OpenSea|NFT market||open sea
blur|Blur|NFT market|BLUR|~blur
chainlink|Chainlink|oracle|LINK|chain link
pyth|Pyth|oracle|PYTH|pyth network
the-graph|The Graph|indexing|GRT|graph protocol,~the graph
ens|ENS|naming|ENS|ethereum name service
safe|Safe|multisig wallet|SAFE|gnosis safe,safe wallet,safe global,~safe
tornado-cash|Tornado Cash|privacy||tornado,tornado.cash,~tornado
railgun|Railgun|privacy||
"""

_CHAIN_LINES = """
ethereum|Ethereum|1|ETH|eth mainnet,ethereum mainnet,mainnet,erc20,erc-20,etherium,~mainnet
bitcoin|Bitcoin||BTC|btc network,bitcoin network
solana|Solana||SOL|sol network
bsc|BNB Chain|56|BNB|bnb smart chain,binance smart chain,bnbchain,binance chain,bep20,bep-20
tron|TRON||TRX|trc20,trc-20
base|Base|8453|ETH|base chain,base l2,coinbase l2,~base
arbitrum|Arbitrum|42161|ETH|arbitrum one,arb one,~arb
polygon|Polygon|137|POL|polygon pos,matic network
optimism|Optimism|10|ETH|op mainnet,op chain,~optimism,~op
avalanche|Avalanche|43114|AVAX|avalanche c-chain,avax c-chain,avalanche c,c-chain
hyperevm|HyperEVM|999|HYPE|hyperliquid l1,hyperliquid chain,hyper evm
gnosis|Gnosis|100|xDAI|gnosis chain,xdai chain
sui|Sui||SUI|sui network
aptos|Aptos||APT|aptos network
ton|TON||TON|the open network,ton network,~ton
near|NEAR||NEAR|near protocol,near network,~near
cardano|Cardano||ADA|
polkadot|Polkadot||DOT|
cosmos|Cosmos||ATOM|cosmos hub
sonic|Sonic|146|S|sonic chain,sonic labs,~sonic
fantom|Fantom|250|S|fantom opera,ftm network
linea|Linea|59144|ETH|
zksync|ZKsync Era|324|ETH|zk sync,zksync,zksync era
scroll|Scroll|534352|ETH|scroll chain,~scroll
mantle|Mantle|5000|MNT|mantle network
blast|Blast|81457|ETH|blast l2,~blast
starknet|Starknet||STRK|stark net
unichain|Unichain|130|ETH|uni chain
world-chain|World Chain|480|ETH|worldchain
ink|Ink|57073|ETH|ink chain,kraken l2,~ink
soneium|Soneium|1868|ETH|
abstract|Abstract|2741|ETH|abstract chain,~abstract
katana|Katana|747474|ETH|katana chain,~katana
mode|Mode|34443|ETH|mode network,~mode
zora|Zora|7777777|ETH|zora network
taiko|Taiko|167000|ETH|
bob|BOB|60808|ETH|build on bitcoin,~bob
fraxtal|Fraxtal|252|FRAX|
berachain|Berachain|80094|BERA|bera chain
monad|Monad|143|MON|
plasma|Plasma|9745|XPL|plasma chain,~plasma
sei|Sei|1329|SEI|sei network
cronos|Cronos|25|CRO|cronos chain
celo|Celo|42220|CELO|
kaia|Kaia|8217|KAIA|klaytn
kava|Kava|2222|KAVA|
ronin|Ronin|2020|RON|ronin network,~ronin
moonbeam|Moonbeam|1284|GLMR|moon beam
metis|Metis|1088|METIS|
manta|Manta Pacific|169|ETH|manta,manta network
opbnb|opBNB|204|BNB|
polygon-zkevm|Polygon zkEVM|1101|ETH|
arbitrum-nova|Arbitrum Nova|42170|ETH|
apechain|ApeChain|33139|APE|ape chain
story|Story|1514|IP|story chain,story network,~story
core|Core|1116|CORE|core chain,core dao,~core
flare|Flare|14|FLR|flare network,~flare
etherlink|Etherlink|42793|XTZ|
filecoin|Filecoin|314|FIL|
immutable|Immutable zkEVM|13371|IMX|immutable,~immutable
thorchain|THORChain||RUNE|
osmosis|Osmosis||OSMO|~osmosis
injective|Injective||INJ|
celestia|Celestia||TIA|
algorand|Algorand||ALGO|
stellar|Stellar||XLM|stellar network,~stellar
hedera|Hedera|295|HBAR|
xrpl|XRP Ledger||XRP|xrp network,ripple network
litecoin|Litecoin||LTC|
dogecoin|Dogecoin||DOGE|
monero|Monero||XMR|
icp|Internet Computer||ICP|
stacks|Stacks||STX|~stacks
"""

_EXCHANGE_LINES = """
binance|Binance|binanace,binannce,bnance
coinbase|Coinbase|coin base,coinbase pro,coinbase exchange,coinbase advanced,gdax
kraken|Kraken|kracken,kraken pro
okx|OKX|okex,ok ex
bybit|Bybit|by bit
kucoin|KuCoin|ku coin
bitget|Bitget|bit get
gate|Gate|gate.io,gateio,~gate
htx|HTX|huobi
mexc|MEXC|
crypto-com|Crypto.com|crypto com,cryptocom exchange
bitfinex|Bitfinex|bit finex
bitstamp|Bitstamp|bit stamp
gemini|Gemini|gemini exchange,~gemini
upbit|Upbit|up bit
bithumb|Bithumb|
coinone|Coinone|
bitflyer|bitFlyer|
bitvavo|Bitvavo|
bitpanda|Bitpanda|
bitso|Bitso|
bitmart|BitMart|
bingx|BingX|
lbank|LBank|
phemex|Phemex|
whitebit|WhiteBIT|white bit
poloniex|Poloniex|
robinhood|Robinhood|robin hood
binance-us|Binance.US|binance us,binanceus
deribit|Deribit|
bitmex|BitMEX|bit mex
cme|CME|chicago mercantile exchange
kraken-futures|Kraken Futures|
backpack|Backpack|backpack exchange,~backpack
hyperliquid|Hyperliquid|hyper liquid
dydx|dYdX|
aster|Aster|aster dex
lighter|Lighter|lighter dex,~lighter
woo-x|WOO X|woox
ftx|FTX|
"""


def _words(slug: str, name: str, words: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All words of a line, and the careful ones among them."""
    listed = words.split(",") if words else []
    careful = tuple(word[1:] for word in listed if word.startswith("~"))
    own = (slug, slug.replace("-", " "), name.lower())
    return tuple(dict.fromkeys((*own, *(word.removeprefix("~") for word in listed)))), careful


def _rows(lines: str) -> list[list[str]]:
    return [line.split("|") for line in lines.split("\n") if line]


def _protocol(slug: str, name: str, does: str, token: str, words: str) -> DefiProtocol:
    aliases, ambiguous = _words(slug, name, words)
    return DefiProtocol(slug=slug, name=name, aliases=aliases, ambiguous=ambiguous, does=does, token=token or None)


def _chain(slug: str, name: str, chain_id: str, gas: str, words: str) -> Chain:
    aliases, ambiguous = _words(slug, name, words)
    number = int(chain_id) if chain_id else None
    return Chain(slug=slug, name=name, aliases=aliases, ambiguous=ambiguous, chain_id=number, gas=gas)


def _exchange(slug: str, name: str, words: str) -> Exchange:
    aliases, ambiguous = _words(slug, name, words)
    return Exchange(slug=slug, name=name, aliases=aliases, ambiguous=ambiguous)


PROTOCOLS: Mapping[str, DefiProtocol] = {row[0]: _protocol(*row) for row in _rows(_PROTOCOL_LINES)}
CHAINS: Mapping[str, Chain] = {row[0]: _chain(*row) for row in _rows(_CHAIN_LINES)}
EXCHANGES: Mapping[str, Exchange] = {row[0]: _exchange(*row) for row in _rows(_EXCHANGE_LINES)}

T = TypeVar("T", DefiProtocol, Chain, Exchange)


def _by_word(rows: Mapping[str, T]) -> dict[str, T]:
    return {word: row for row in rows.values() for word in row.aliases}


_PROTOCOL_OF = _by_word(PROTOCOLS)
_CHAIN_OF = _by_word(CHAINS)
_EXCHANGE_OF = _by_word(EXCHANGES)
_CHAIN_OF_ID = {chain.chain_id: chain for chain in CHAINS.values() if chain.chain_id is not None}


def find_protocol(text: str) -> DefiProtocol | None:
    """The protocol of a slug, name or other word, in any case.

    >>> find_protocol("Rocket Pool").slug
    'rocket-pool'
    """
    return _PROTOCOL_OF.get(" ".join(text.lower().split()))


def find_chain(text: str) -> Chain | None:
    """The chain of a slug, name or other word, in any case.

    >>> find_chain("BNB Chain").slug, find_chain("mainnet").chain_id
    ('bsc', 1)
    """
    return _CHAIN_OF.get(" ".join(text.lower().split()))


def chain_of_id(chain_id: int) -> Chain | None:
    """The chain of an EVM chain id."""
    return _CHAIN_OF_ID.get(chain_id)


def find_exchange(text: str) -> Exchange | None:
    """The exchange of a slug, name or other word, in any case.

    >>> find_exchange("gate.io").slug
    'gate'
    """
    return _EXCHANGE_OF.get(" ".join(text.lower().split()))

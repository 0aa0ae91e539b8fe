"""The registry's data. Here: one line an asset, and words to be careful with. Not here: look-ups, renames (assets).

Columns of `ASSET_LINES`, split at `|`: ticker, name, kind, what it stands for or is pegged to, CoinGecko id, Binance base
symbol, Kraken base code (altname), further words. `=` repeats the ticker, `-` means not listed there (or, for a line's kind,
that it stands for nothing). The lines run from large to small; the ticker and the name in lower case are words of every asset
by themselves. A word in `AMBIGUOUS` is also ordinary English or a term of the trade.
"""

from __future__ import annotations

ASSET_LINES = """
BTC|Bitcoin|coin|-|bitcoin|=|XBT|xbt,bitcoins,bitcoin core,bit coin,bitcion,bitcon,bticoin,bitcoinn,sat,sats,satoshi,satoshis,digital gold,₿
ETH|Ethereum|coin|-|ethereum|=|=|ether,ethers,eth2,etherium,etherum,ethereun,ethreum,etheruem,ehtereum,etheremum,ξ
USDT|Tether|stablecoin|USD|tether|-|=|tether usd,tethers,theter,usd tether,usdt0
XRP|XRP|coin|-|ripple|=|=|ripple,rippel,ripple coin,xrp ledger
BNB|BNB|coin|-|binancecoin|=|=|binance coin,binancecoin,bnb coin
SOL|Solana|coin|-|solana|=|=|solanna,solona,solanaa,salana,soalna
USDC|USD Coin|stablecoin|USD|usd-coin|=|=|usdcoin,circle usd,usdc coin
TRX|TRON|coin|-|tron|=|=|tronix,tron coin
DOGE|Dogecoin|coin|-|dogecoin|=|XDG|xdg,doge coin,dodgecoin,dogecion,dogcoin,dogee
ADA|Cardano|coin|-|cardano|=|=|cardono,cardana,cadano
stETH|Lido Staked Ether|liquid_staking|ETH|staked-ether|-|-|lido eth,lido staked eth,st eth
HYPE|Hyperliquid|coin|-|hyperliquid|-|=|hyper liquid,hyperliqud
WBTC|Wrapped Bitcoin|wrapped|BTC|wrapped-bitcoin|=|=|wrapped btc
wstETH|Wrapped stETH|liquid_staking|ETH|wrapped-steth|-|-|wrapped staked eth,wrapped steth
BCH|Bitcoin Cash|coin|-|bitcoin-cash|=|=|bitcoincash,bcash,btc cash
LINK|Chainlink|token|-|chainlink|=|=|chain link,chainlnk
USDe|Ethena USDe|stablecoin|USD|ethena-usde|USDE|USDE|ethena usd
XLM|Stellar|coin|-|stellar|=|=|lumens,lumen,stellar lumens
LEO|LEO Token|token|-|leo-token|-|-|unus sed leo,bitfinex leo
WETH|Wrapped Ether|wrapped|ETH|weth|-|-|wrapped eth,wrapped ethereum
SUI|Sui|coin|-|sui|=|=|sui coin
AVAX|Avalanche|coin|-|avalanche-2|=|=|avalance,avalanch,avax coin
LTC|Litecoin|coin|-|litecoin|=|=|lite coin,litcoin,litecoins
XMR|Monero|coin|-|monero|-|=|monaro,mornero
ZEC|Zcash|coin|-|zcash|=|=|z cash,zcahs
HBAR|Hedera|coin|-|hedera-hashgraph|=|=|hedera hashgraph,hashgraph
weETH|Wrapped eETH|liquid_staking|ETH|wrapped-eeth|-|-|etherfi eth,ether.fi eth
SHIB|Shiba Inu|token|-|shiba-inu|=|=|shiba,shib inu,shibainu,shiba inu coin,sheeb
TON|Toncoin|coin|-|the-open-network|=|=|ton coin,the open network,telegram coin
cbBTC|Coinbase Wrapped BTC|wrapped|BTC|coinbase-wrapped-btc|-|-|coinbase btc,coinbase wrapped bitcoin
CRO|Cronos|coin|-|crypto-com-chain|-|=|crypto.com coin,cryptocom coin
DOT|Polkadot|coin|-|polkadot|=|=|polka dot,polcadot
WLFI|World Liberty Financial|token|-|world-liberty-financial|=|=|world liberty
DAI|Dai|stablecoin|USD|dai|-|=|makerdao dai,multi collateral dai
USDS|USDS|stablecoin|USD|usds|-|=|sky dollar,sky usd
UNI|Uniswap|token|-|uniswap|=|=|uni swap,uniswp
MNT|Mantle|coin|-|mantle|-|=|mantle network
TAO|Bittensor|coin|-|bittensor|=|=|bit tensor
AAVE|Aave|token|-|aave|=|=|aave token,avae
BGB|Bitget Token|token|-|bitget-token|-|=|bitget coin
PEPE|Pepe|token|-|pepe|=|=|pepe coin,pepecoin,peepe
NEAR|NEAR Protocol|coin|-|near|=|=|near coin
OKB|OKB|token|-|okb|-|=|okx token
sUSDe|Staked USDe|wrapped|USDe|ethena-staked-usde|-|-|ethena staked usde
APT|Aptos|coin|-|aptos|=|=|aptoss
ICP|Internet Computer|coin|-|internet-computer|=|=|dfinity
ETC|Ethereum Classic|coin|-|ethereum-classic|=|=|eth classic,etherium classic
ONDO|Ondo|token|-|ondo-finance|=|=|ondo finance
ASTER|Aster|token|-|aster-2|=|=|
POL|Polygon|coin|-|polygon-ecosystem-token|=|=|matic,polygon ecosystem token,polygon matic,polygn
ENA|Ethena|token|-|ethena|=|=|ethena token
WLD|Worldcoin|token|-|worldcoin-wld|=|=|world coin
ALGO|Algorand|coin|-|algorand|=|=|algorond
KAS|Kaspa|coin|-|kaspa|-|=|
ARB|Arbitrum|token|-|arbitrum|=|=|arbitrum token,arbitrium
VET|VeChain|coin|-|vechain|=|=|ve chain,vechian
ATOM|Cosmos|coin|-|cosmos|=|=|cosmos hub,cosmos atom
RENDER|Render|token|-|render-token|=|=|rndr,render token,render network
PUMP|Pump.fun|token|-|pump-fun|=|=|pumpfun,pump fun
FIL|Filecoin|coin|-|filecoin|=|=|file coin
TRUMP|Official Trump|token|-|official-trump|=|=|trump coin,trumpcoin
SEI|Sei|coin|-|sei-network|=|=|sei network
XDC|XDC Network|coin|-|xdce-crowd-sale|-|=|xinfin
SKY|Sky|token|-|sky|=|=|sky token,sky protocol
MKR|Maker|token|-|maker|-|-|makerdao,maker dao,maker token
JUP|Jupiter|token|-|jupiter-exchange-solana|=|=|jup token
BONK|Bonk|token|-|bonk|=|=|bonk coin
QNT|Quant|token|-|quant-network|=|=|quant network
FLR|Flare|coin|-|flare-networks|-|=|flare network
INJ|Injective|coin|-|injective-protocol|=|=|injective protocol
FET|Artificial Superintelligence Alliance|token|-|fetch-ai|=|=|fetch.ai,fetch ai,fetchai,asi alliance
IP|Story|coin|-|story-2|-|=|story protocol
OP|Optimism|token|-|optimism|=|=|optimism token,optimisim
TIA|Celestia|coin|-|celestia|=|=|celstia
VIRTUAL|Virtuals Protocol|token|-|virtual-protocol|=|=|virtuals
STX|Stacks|coin|-|blockstack|=|=|blockstack
IMX|Immutable|token|-|immutable-x|=|=|immutable x,immutablex
XPL|Plasma|coin|-|plasma|=|=|plasma coin
SPX|SPX6900|token|-|spx6900|-|=|spx 6900
GRT|The Graph|token|-|the-graph|=|=|graph token,graph protocol
LDO|Lido DAO|token|-|lido-dao|=|=|lido,lido token
CRV|Curve DAO|token|-|curve-dao-token|=|=|curve,curve token,curve dao token
PAXG|PAX Gold|commodity|GOLD|pax-gold|=|=|paxos gold,tokenized gold
XAUT|Tether Gold|commodity|GOLD|tether-gold|-|=|xau tether
FLOKI|FLOKI|token|-|floki|=|=|floki inu
CAKE|PancakeSwap|token|-|pancakeswap-token|=|=|pancake swap,pancakeswap token
PYTH|Pyth Network|token|-|pyth-network|=|=|pyth
XTZ|Tezos|coin|-|tezos|=|=|tezoz
S|Sonic|coin|-|sonic-3|=|=|ftm,fantom,fantom opera,sonic labs
KAIA|Kaia|coin|-|kaia|=|-|klay,klaytn
IOTA|IOTA|coin|-|iota|=|-|miota
RAY|Raydium|token|-|raydium|=|=|
LUNC|Terra Luna Classic|coin|-|terra-luna|=|LUNA|luna classic,terra classic,lunac
LUNA|Terra|coin|-|terra-luna-2|=|-|luna 2,luna2,luna 2.0,terra luna,terra 2
PENDLE|Pendle|token|-|pendle|=|=|
ENS|Ethereum Name Service|token|-|ethereum-name-service|=|=|ens token
THETA|Theta Network|coin|-|theta-token|=|-|theta token
GALA|Gala|token|-|gala|=|=|gala games
JTO|Jito|token|-|jito-governance-token|=|=|jito token
SAND|The Sandbox|token|-|the-sandbox|=|=|sandbox token
MANA|Decentraland|token|-|decentraland|=|=|decentra land
AXS|Axie Infinity|token|-|axie-infinity|=|=|axie
RUNE|THORChain|coin|-|thorchain|=|=|thor chain
FLOW|Flow|coin|-|flow|=|=|flow blockchain
NEO|NEO|coin|-|neo|=|=|
BSV|Bitcoin SV|coin|-|bitcoin-cash-sv|-|-|satoshi vision,bitcoin satoshi vision
BTT|BitTorrent|token|-|bittorrent|BTTC|=|bttc,bit torrent
DASH|Dash|coin|-|dash|=|=|dash coin
COMP|Compound|token|-|compound-governance-token|=|=|compound token
STRK|Starknet|token|-|starknet|=|=|stark net
ZK|ZKsync|token|-|zksync|=|=|zk sync,zksync token
EIGEN|EigenCloud|token|-|eigenlayer|=|=|eigenlayer,eigen layer
ETHFI|ether.fi|token|-|ether-fi|=|=|etherfi,ether fi
MORPHO|Morpho|token|-|morpho|=|=|morpho token
AERO|Aerodrome|token|-|aerodrome-finance|-|=|aerodrome finance
DYDX|dYdX|coin|-|dydx-chain|=|=|dydx token
1INCH|1inch|token|-|1inch|=|=|1 inch,one inch
GMX|GMX|token|-|gmx|=|=|
A|Vaulta|coin|-|vaulta|=|=|eos,eosio
EGLD|MultiversX|coin|-|elrond-erd-2|=|=|elrond,multivers x
XEC|eCash|coin|-|ecash|=|-|e cash
JASMY|JasmyCoin|token|-|jasmycoin|=|=|jasmy coin
KAVA|Kava|coin|-|kava|=|=|
ROSE|Oasis|coin|-|oasis-network|=|-|oasis network
RPL|Rocket Pool|token|-|rocket-pool|=|=|rocketpool,rocket pool token
SNX|Synthetix|token|-|havven|=|=|synthetix network
YFI|Yearn|token|-|yearn-finance|=|=|yearn finance,yearn.finance
BAL|Balancer|token|-|balancer|-|=|balancer token
SUSHI|Sushi|token|-|sushi|=|=|sushiswap,sushi swap
CVX|Convex|token|-|convex-finance|=|=|convex finance
ZRX|0x Protocol|token|-|0x|=|=|0x token
LRC|Loopring|token|-|loopring|=|=|
ENJ|Enjin Coin|coin|-|enjincoin|=|=|enjin
CHZ|Chiliz|coin|-|chiliz|=|=|chillz
BAT|Basic Attention Token|token|-|basic-attention-token|=|=|brave token
MINA|Mina|coin|-|mina-protocol|=|=|mina protocol
CFX|Conflux|coin|-|conflux-token|=|=|
AR|Arweave|coin|-|arweave|=|=|
HNT|Helium|token|-|helium|-|=|
AKT|Akash|coin|-|akash-network|-|=|akash network
W|Wormhole|token|-|wormhole|=|=|wormhole token
WIF|dogwifhat|token|-|dogwifcoin|=|=|dog wif hat,dogwifcoin
ZRO|LayerZero|token|-|layerzero|=|=|layer zero
BERA|Berachain|coin|-|berachain-bera|=|=|bera chain
MON|Monad|coin|-|monad|-|=|
FARTCOIN|Fartcoin|token|-|fartcoin|-|=|fart coin
PENGU|Pudgy Penguins|token|-|pudgy-penguins|=|=|penguins
KAITO|Kaito|token|-|kaito|=|=|
APE|ApeCoin|token|-|apecoin|=|=|ape coin
BLUR|Blur|token|-|blur|-|=|
MOVE|Movement|coin|-|movement|=|-|movement network
MANTA|Manta Network|token|-|manta-network|=|-|
SCR|Scroll|token|-|scroll|=|-|scroll token
BLAST|Blast|token|-|blast|-|-|blast token
LINEA|Linea|token|-|linea|=|=|linea token
ZORA|Zora|token|-|zora|-|=|
SAFE|Safe|token|-|safe|-|=|safe token
CELO|Celo|coin|-|celo|=|=|
GNO|Gnosis|token|-|gnosis|=|=|
COW|CoW Protocol|token|-|cow-protocol|=|=|cow swap,cowswap
FLUID|Fluid|token|-|instadapp|-|-|instadapp,fluid token
EUL|Euler|token|-|euler|=|=|
FRAX|Frax|token|-|frax-share|-|FXS|fxs,frax share,frax shares
SPK|Spark|token|-|spark-2|=|=|spark token
SYRUP|Maple Finance|token|-|syrup|=|=|
ORDI|ORDI|token|-|ordinals|=|-|
BEAM|Beam|coin|-|beam-2|BEAMX|=|beamx
RON|Ronin|coin|-|ronin|RONIN|-|
NOT|Notcoin|token|-|notcoin|=|=|not coin
DOGS|Dogs|token|-|dogs-2|=|=|
ARKM|Arkham|token|-|arkham|=|=|
ME|Magic Eden|token|-|magic-eden|=|=|magiceden
CORE|Core|coin|-|coredaoorg|-|-|core dao,coredao
ONE|Harmony|coin|-|harmony|=|-|harmony one
GAS|Gas|token|-|gas|=|=|neo gas
SUN|Sun Token|token|-|sun-token|=|=|
JST|JUST|token|-|just|=|=|
NEXO|Nexo|token|-|nexo|=|-|
GT|Gate|token|-|gatechain-token|-|-|gate token
KCS|KuCoin Token|token|-|kucoin-shares|-|-|kucoin shares
TWT|Trust Wallet Token|token|-|trust-wallet-token|=|-|
MASK|Mask Network|token|-|mask-network|=|=|
WOO|WOO|token|-|woo-network|=|=|woo network
STG|Stargate|token|-|stargate-finance|=|=|stargate finance
OHM|Olympus|token|-|olympus|-|-|olympus dao,olympusdao
GLM|Golem|token|-|golem|=|-|
ANKR|Ankr|token|-|ankr|=|=|
LPT|Livepeer|token|-|livepeer|=|=|
ZIL|Zilliqa|coin|-|zilliqa|=|-|
ZEN|Horizen|coin|-|zencash|=|-|
DCR|Decred|coin|-|decred|=|=|
SC|Siacoin|coin|-|siacoin|=|=|sia coin
RVN|Ravencoin|coin|-|ravencoin|=|-|raven coin
DGB|DigiByte|coin|-|digibyte|=|-|
XNO|Nano|coin|-|nano|=|NANO|xrb,raiblocks
QTUM|Qtum|coin|-|qtum|=|=|
ICX|ICON|coin|-|icon|=|=|
WAVES|Waves|coin|-|waves|-|-|
BNT|Bancor|token|-|bancor|=|=|
KNC|Kyber Network|token|-|kyber-network-crystal|=|=|kyber
UMA|UMA|token|-|uma|=|=|
BAND|Band Protocol|token|-|band-protocol|=|=|
API3|API3|token|-|api3|=|=|
RSR|Reserve Rights|token|-|reserve-rights-token|=|=|
STORJ|Storj|token|-|storj|=|=|
OCEAN|Ocean Protocol|token|-|ocean-protocol|-|=|
GMT|STEPN|token|-|stepn|=|=|green metaverse token
MAGIC|Treasure|token|-|magic|=|-|treasure dao
TURBO|Turbo|token|-|turbo|=|=|
BRETT|Brett|token|-|brett|-|-|brett coin
POPCAT|Popcat|token|-|popcat|-|=|
MOG|Mog Coin|token|-|mog-coin|-|=|
PNUT|Peanut the Squirrel|token|-|peanut-the-squirrel|=|=|
MOODENG|Moo Deng|token|-|moo-deng|-|=|
GRASS|Grass|token|-|grass|-|=|
METIS|Metis|token|-|metis-token|=|=|
GLMR|Moonbeam|coin|-|moonbeam|=|=|
OSMO|Osmosis|coin|-|osmosis|=|=|
KMNO|Kamino|token|-|kamino|=|=|
ORCA|Orca|token|-|orca|=|=|
FTT|FTX Token|token|-|ftx-token|=|-|ftx coin
PI|Pi Network|coin|-|pi-network|-|=|pi coin
USD1|USD1|stablecoin|USD|usd1-wlfi|=|=|
PYUSD|PayPal USD|stablecoin|USD|paypal-usd|-|=|paypal dollar,paypal stablecoin
RLUSD|Ripple USD|stablecoin|USD|ripple-usd|-|=|ripple stablecoin
FDUSD|First Digital USD|stablecoin|USD|first-digital-usd|=|-|first digital
TUSD|TrueUSD|stablecoin|USD|true-usd|=|-|true usd
USDG|Global Dollar|stablecoin|USD|global-dollar|-|=|
USDD|USDD|stablecoin|USD|usdd|-|=|
USDtb|USDtb|stablecoin|USD|usdtb|-|-|
USD0|Usual USD|stablecoin|USD|usual-usd|-|-|
GHO|GHO|stablecoin|USD|gho|-|-|aave stablecoin
crvUSD|crvUSD|stablecoin|USD|crvusd|-|-|curve usd,curve stablecoin
frxUSD|Frax USD|stablecoin|USD|frax-usd|-|-|
LFRAX|Legacy Frax Dollar|stablecoin|USD|frax|-|-|frax dollar,legacy frax
LUSD|Liquity USD|stablecoin|USD|liquity-usd|-|-|
BOLD|Liquity BOLD|stablecoin|USD|liquity-bold-2|-|-|
sUSD|Synthetix sUSD|stablecoin|USD|nusd|-|-|synthetix usd
MIM|Magic Internet Money|stablecoin|USD|magic-internet-money|-|-|
DOLA|DOLA|stablecoin|USD|dola-usd|-|-|inverse dola
USDP|Pax Dollar|stablecoin|USD|paxos-standard|-|-|paxos dollar,paxos standard
GUSD|Gemini Dollar|stablecoin|USD|gemini-dollar|-|-|
BUSD|Binance USD|stablecoin|USD|binance-usd|-|-|binance dollar
USTC|TerraClassicUSD|stablecoin|USD|terrausd|=|-|ust,terrausd,terra usd
USDC.e|Bridged USDC|wrapped|USDC|bridged-usdc-polygon-pos-bridge|-|-|usdce,usdc e
EURC|EURC|stablecoin|EUR|euro-coin|-|=|euro coin,circle euro
EURS|STASIS Euro|stablecoin|EUR|stasis-eurs|-|-|
USDY|Ondo US Dollar Yield|stablecoin|USD|ondo-us-dollar-yield|-|-|ondo usdy
BUIDL|BlackRock USD Fund|stablecoin|USD|blackrock-usd-institutional-digital-liquidity-fund|-|-|blackrock buidl
sUSDS|Savings USDS|wrapped|USDS|susds|-|-|sky savings
sDAI|Savings Dai|wrapped|DAI|savings-dai|-|-|
rETH|Rocket Pool ETH|liquid_staking|ETH|rocket-pool-eth|-|-|rocketpool eth
cbETH|Coinbase Staked ETH|liquid_staking|ETH|coinbase-wrapped-staked-eth|-|-|coinbase eth,coinbase wrapped staked eth
wBETH|Wrapped Beacon ETH|liquid_staking|ETH|wrapped-beacon-eth|WBETH|-|binance staked eth
eETH|ether.fi Staked ETH|liquid_staking|ETH|ether-fi-staked-eth|-|-|
mETH|Mantle Staked Ether|liquid_staking|ETH|mantle-staked-ether|-|METH|
rsETH|Kelp Restaked ETH|liquid_staking|ETH|kelp-dao-restaked-eth|-|-|kelp eth
ezETH|Renzo Restaked ETH|liquid_staking|ETH|renzo-restaked-eth|-|-|renzo eth
osETH|StakeWise Staked ETH|liquid_staking|ETH|stakewise-v3-oseth|-|-|
LsETH|Liquid Staked ETH|liquid_staking|ETH|liquid-staked-ethereum|-|LSETH|liquid collective eth
frxETH|Frax Ether|wrapped|ETH|frax-ether|-|-|
sfrxETH|Staked Frax Ether|liquid_staking|ETH|staked-frax-ether|-|-|
pufETH|Puffer ETH|liquid_staking|ETH|pufeth|-|-|
mSOL|Marinade Staked SOL|liquid_staking|SOL|msol|-|MSOL|marinade sol
jitoSOL|Jito Staked SOL|liquid_staking|SOL|jito-staked-sol|-|JITOSOL|jito sol
bnSOL|Binance Staked SOL|liquid_staking|SOL|binance-staked-sol|BNSOL|-|
bbSOL|Bybit Staked SOL|liquid_staking|SOL|bybit-staked-sol|-|-|
tBTC|tBTC|wrapped|BTC|tbtc|-|TBTC|threshold btc
LBTC|Lombard Staked BTC|wrapped|BTC|lombard-staked-btc|-|-|lombard btc
solvBTC|Solv BTC|wrapped|BTC|solv-btc|-|-|
BTC.b|Avalanche Bridged BTC|wrapped|BTC|bitcoin-avalanche-bridged-btc-b|-|-|btcb avalanche
WBNB|Wrapped BNB|wrapped|BNB|wbnb|-|-|
WSOL|Wrapped SOL|wrapped|SOL|wrapped-solana|-|-|wrapped solana
WAVAX|Wrapped AVAX|wrapped|AVAX|wrapped-avax|-|-|
WPOL|Wrapped POL|wrapped|POL|wmatic|-|-|wmatic,wrapped matic
xDAI|xDAI|coin|DAI|xdai|-|-|
USD|US dollar|fiat|-|-|-|=|$,us$,dollar,dollars,us dollars,buck,bucks,american dollar,american dollars,greenback,usd$
EUR|Euro|fiat|-|-|=|=|€,euros,eur€
GBP|Pound sterling|fiat|-|-|-|=|£,pound,pounds,quid,sterling,british pound,british pounds
JPY|Japanese yen|fiat|-|-|-|-|¥,yen,yens
CHF|Swiss franc|fiat|-|-|-|-|franc,francs,swiss francs,swissie
CAD|Canadian dollar|fiat|-|-|-|-|c$,ca$,canadian dollars,loonie,loonies
AUD|Australian dollar|fiat|-|-|-|=|a$,au$,australian dollars,aussie dollar,aussie dollars
NZD|New Zealand dollar|fiat|-|-|-|-|nz$,new zealand dollars,kiwi dollar
INR|Indian rupee|fiat|-|-|-|-|₹,rupee,rupees,indian rupees
KRW|South Korean won|fiat|-|-|-|-|₩,won,korean won
BRL|Brazilian real|fiat|-|-|-|-|r$,real,reais,brazilian reais
TRY|Turkish lira|fiat|-|-|-|-|₺,lira,liras,turkish liras
CNY|Chinese yuan|fiat|-|-|-|-|cn¥,yuan,renminbi,rmb,cnh
MXN|Mexican peso|fiat|-|-|-|-|mx$,peso,pesos,mexican pesos
SEK|Swedish krona|fiat|-|-|-|-|swedish kronor,kronor
NOK|Norwegian krone|fiat|-|-|-|-|norwegian kroner
DKK|Danish krone|fiat|-|-|-|-|danish kroner
PLN|Polish zloty|fiat|-|-|-|-|zł,zloty,złoty,zlotys
CZK|Czech koruna|fiat|-|-|-|-|kč,koruna
HUF|Hungarian forint|fiat|-|-|-|-|forint,forints
RUB|Russian rouble|fiat|-|-|-|-|₽,rouble,roubles,ruble,rubles
UAH|Ukrainian hryvnia|fiat|-|-|-|-|₴,hryvnia
ZAR|South African rand|fiat|-|-|-|-|rand
NGN|Nigerian naira|fiat|-|-|-|-|₦,naira
SGD|Singapore dollar|fiat|-|-|-|-|s$,singapore dollars
HKD|Hong Kong dollar|fiat|-|-|-|-|hk$,hong kong dollars
TWD|New Taiwan dollar|fiat|-|-|-|-|nt$,taiwan dollar
THB|Thai baht|fiat|-|-|-|-|฿,baht
IDR|Indonesian rupiah|fiat|-|-|-|-|rupiah
PHP|Philippine peso|fiat|-|-|-|-|₱,philippine pesos
VND|Vietnamese dong|fiat|-|-|-|-|₫
MYR|Malaysian ringgit|fiat|-|-|-|-|ringgit
AED|UAE dirham|fiat|-|-|-|-|dirham,dirhams
SAR|Saudi riyal|fiat|-|-|-|-|riyal,riyals
ILS|Israeli shekel|fiat|-|-|-|-|₪,shekel,shekels
ARS|Argentine peso|fiat|-|-|-|-|argentine pesos
CLP|Chilean peso|fiat|-|-|-|-|chilean pesos
GOLD|Gold|commodity|-|-|-|-|xau,gold price,spot gold,physical gold
SP500|S&P 500|index|-|-|-|-|s&p,s&p500,sp 500,s and p 500,s&p 500 index,us stocks,gspc
"""

AMBIGUOUS: dict[str, str] = {
    "LINK": "link", "DOT": "dot", "TON": "ton", "LEO": "leo", "NEAR": "near", "APT": "apt", "ARB": "arb", "VET": "vet",
    "ALGO": "algo", "XLM": "stellar", "SKY": "sky", "MKR": "maker", "COMP": "comp,compound", "BAL": "bal",
    "CRV": "curve", "SAND": "sand,the sandbox", "DASH": "dash", "APE": "ape", "S": "s,sonic", "A": "a", "W": "w",
    "OP": "op,optimism", "ENS": "ens", "ME": "me", "GAS": "gas", "SUN": "sun", "CORE": "core", "ONE": "one,harmony",
    "JST": "just", "NOT": "not", "DOGS": "dogs", "MASK": "mask", "SAFE": "safe", "FLOW": "flow", "MOVE": "move,movement",
    "MAGIC": "magic,treasure", "ROSE": "rose,oasis", "CAKE": "cake", "THETA": "theta", "GALA": "gala", "PUMP": "pump",
    "TRUMP": "trump", "IP": "ip,story", "PI": "pi", "BEAM": "beam", "GRASS": "grass", "BLAST": "blast", "SCR": "scroll",
    "HYPE": "hype", "RENDER": "render", "GRT": "the graph", "XPL": "plasma", "TURBO": "turbo", "BRETT": "brett",
    "ORCA": "orca", "FLR": "flare", "AR": "ar", "BAT": "bat", "RAY": "ray", "SC": "sc", "SPX": "spx", "STG": "stargate",
    "WAVES": "waves", "ICX": "icon", "BAND": "band", "OCEAN": "ocean", "SUSHI": "sushi", "QNT": "quant", "BOLD": "bold",
    "SYRUP": "syrup", "SPK": "spark", "COW": "cow", "FLUID": "fluid", "MON": "mon", "ZEN": "zen", "BLUR": "blur",
    "GT": "gt,gate", "PENGU": "penguins", "IMX": "immutable", "HNT": "helium", "BTC": "sat,digital gold", "TRY": "try",
    "KRW": "won", "BRL": "real", "ZAR": "rand", "USD": "buck", "GBP": "pound", "SP500": "us stocks", "LUNA": "terra",
}  # fmt: skip
"""By ticker, the words of an asset that mean something else as well: taken in upper case, with a dollar sign, or beside
words that speak of a price."""

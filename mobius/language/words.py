"""Ordinary words that also name an asset, a protocol or a chain, and the words that settle which is meant. Here: lists.

The registry says which words are ambiguous; here stands how much evidence each of them needs. Not here: the rules
(mentions).
"""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


SOFT = _set(
    "sol ada sui sei fil dai wif jup pol ena avalanche wld ordi aero kyber stellar euler theta rune mana terra "
    "axie brett mog crv hnt mon aster centrifuge osmosis wormhole raydium "
    "babylon sanctum starknet gemini stacks"
)
"""Ambiguous in the registry, yet hardly ever written to an assistant for anything else: taken as they stand."""

HARD = _set(
    "a s w me one not just ip ar gt sc safe gas core flow move movement sun magic bold fluid blur blast mask dogs "
    "real won try "
    "rand sat firm save usual derive gains across hop mode ink story gate render apt comp bal sar php clp buck dash "
    "sand pi waves "
    "beam icon band ocean trump grass turbo pump hype woo flare ray plasma zen cow inverse venus silo drift abstract "
    "bob spx "
    "treasure harmony oasis us the arb zk spell people virtual virtuals nano"
)
"""Words that need a dollar sign, capitals, or a noun of the market right beside them."""

ALSO_CAREFUL = _set("zk people virtual virtuals nano")
"""Ordinary words that the registry takes for plain names."""

VERBS = _set("move ape hop save flow blast pump render derive drift mask band op")
"""Of the ambiguous ones, those that are what somebody does (or Dutch for "on"): right before a name they are none."""

NEVER_BARE = _set("a s w me one not just gas the us safe i ip try won real")
"""Of those, the ones that capitals do not settle either: people shout them."""

MARKET_NOUNS = _set(
    "price prices prise priced quote quotes quoted token tokens coin coins usd usdt usdc eur rsi macd chart charts "
    "graph candles candle "
    "funding signal signals staking stakers staked rally dip ath atl mcap marketcap holders holder whales whale news "
    "forecast prediction "
    "predictions volume volumes volatility etf perp perps futures options alert alerts bag bags worth sentiment hype "
    "levels support "
    "resistance breakout correction swap liquidity kurs preis precio prix preco fiyati fiyat prezzo prognose gwei "
    "pump dump pumping "
    "dumping mooning bullish bearish overbought oversold setup setups entry ta technicals trend validator validators "
    "delegation apr apy "
    "yield rewards developers devs commits github repo unlock unlocks open-interest oi cours kaufen verkaufen analyse "
    "market supply "
    "hodlers bulls bears outlook target targets moves movements transfers transactions inflows outflows"
)
BEFORE_ASSET = _set(
    "price prices buy buying bought sell selling sold stake staking unstake unstaking unbonding period sentiment mood "
    "long longing short shorting chart convert "
    "swap swapping hodl hold "
    "holding own dump dumping ape trade trading accumulate accumulating rsi macd signals signal news funding quote "
    "value worth graph "
    "plot candles forecast predict prediction alert kurs preis precio prix preco comprar vender acheter kaufen cours "
    "fiyati acquire get"
)
LINKING = _set(
    "of for on about in into my the from with around regarding fur von zu uber de del do da du sur em para i is are "
    "does did has will can"
)
VERBS_OF_PRICE = _set(
    "up down pumping dumping pumped dumped overbought oversold bullish bearish hit hits reach reaches go goes going "
    "gonna moon mooning worth "
    "at doing crash crashing crashed rally rallying fall falls falling drop drops dropping dropped rise rises rising "
    "break breaks above "
    "below under over cross crosses trading undervalued overvalued dead"
)
JOINING = _set(
    "and or vs vs. versus against to into / , & - und oder mit con avec com next y o e et ou ve и или plus than with "
    "gegen contra contre ile zu a en"
)
MARKET_TALK = _set(
    "graph plot price prices quote quotes chart candles rsi "
    "macd ta technicals signals signal buy sell buying selling long "
    "short funding sentiment levels support "
    "resistance volume marketcap cap stop alert alerts think saying mood bullish bearish overbought oversold forecast "
    "prediction predict odds "
    "hold holding worth portfolio stake staking coin coins token tokens crypto etf bag yield apy whales whale holders "
    "news dev devs developers "
    "commits github trade entry target atr ema sma volatility correlation options perp perps futures liquidity etfs "
    "convert swap pumping dumping building "
    "unstaking unbonding hype adx vwap obv bollinger stochastic "
    "ichimoku people crowd volatile volatility performing performance moved "
    "moving reddit twitter pump arb arbitrage spread validator validators lockup risk value return returns allocation "
    "weights"
)
PROTOCOL_TALK = _set(
    "tvl apy apr lending lend borrow borrowing rate rates pool pools fees fee supply deposit deposits protocol "
    "protocols vault vaults vs versus "
    "compare comparison yield yields liquidity dex defi staking revenue users flows inflows outflows flowed audit "
    "audits governance bridge "
    "money-market capital happen happened leaving exiting withdrawn withdrawing deposited flowing exploit "
    "exploited hack hacked market markets farm farming swap swaps interest "
    "collateral usdc usdt dai eth weth volume"
)
CHAIN_TALK = _set(
    "growing growth users activity "
    "chain chains network networks gas fee fees gwei bridge bridging bridged tvl l2 l2s rollup rollups tx transaction "
    "transactions dex dexes "
    "yield yields apy lending pools pool usdc usdt eth deploy deployed contract wallet ecosystem stablecoin "
    "stablecoins send sending transfer "
    "swap swaps cheaper cheapest liquidity farms earn sequencer layer"
)
BEFORE_PLACE = _set(
    "on to from off onto auf en em sur na в across via "
    "over at in with using through into vs versus and or between than "
    "is of"
)

FOREIGN_ASSETS: dict[str, str] = {
    "BTC": "биткоин биткойн биток бтк 比特币 比特幣 大饼 비트코인 ビットコイン بيتكوين बिटकॉइन btcs",
    "ETH": "эфир эфириум этериум эфирка 以太坊 以太币 以太 姨太 이더리움 이더 イーサリアム イーサ ايثيريوم الإيثريوم एथेरियम",
    "SOL": "солан 索拉纳 솔라나 ソラナ سولانا",
    "XRP": "рипл 瑞波币 瑞波 리플 リップル",
    "DOGE": "догикоин догкоин доги 狗狗币 도지코인 도지 ドージコイン",
    "ADA": "кардано 艾达币 卡尔达诺 에이다 カルダノ",
    "USDT": "тезер усдт 泰达币 泰达 테더 テザー",
    "LTC": "лайткоин 莱特币 라이트코인 ライトコイン",
    "BNB": "бнб 币安币 바이낸스코인",
    "DOT": "полкадот 波卡 폴카닷",
    "AVAX": "雪崩 아발란체",
    "LINK": "чейнлинк 체인링크",
    "TON": "тонкоин",
    "SHIB": "шиба 柴犬币 시바이누",
    "TRX": "трон 波场 트론",
    "LUNC": "lunaclassic",
    "GOLD": "oro золото 黄金",
}
FOREIGN_MONEY: dict[str, str] = {
    "USD": "dolar dolares dollaro dollari dollars доллар доллара долларов долларах доллары долларам баксов 美元 美金 美刀 "
    "ドル 달러 usds$",
    "EUR": "евро evro 欧元 ユーロ 유로 eurones eurot",
    "GBP": "libra libras sterlina sterline pfund фунт фунтов 英镑 ポンド 파운드",
    "JPY": "yenes иен иена 日元 日币 円 엔화 엔",
    "CNY": "人民币 人民幣 元 块 юань юаней yuanes",
    "RUB": "рубль рубли рублей рублях рублю",
    "KRW": "원 원화 韩元 ウォン",
    "BRL": "reais",
    "TRY": "lirasi turklirasi lira",
    "INR": "rupien rupias roupies рупий रुपये रुपए",
    "CHF": "franken schweizerfranken франк франков",
    "UAH": "гривен гривна гривны гривень",
    "PLN": "zlotych zl злотых",
    "SEK": "kronor kronen",
}
CYRILLIC_ENDINGS = ("", "а", "у", "е", "ом", "ы", "и", "ов", "я", "ю", "ах")

INDICATORS: dict[str, str] = {
    "rsi": "rsi,relative strength index,relative strength,stochastic rsi,рси",
    "macd": "macd,mcad,moving average convergence divergence",
    "bollinger": "bollinger,bollinger bands,bollinger band,bbands,bb,bolinger,bollingers,bandas de bollinger,"
    "bollinger bander",
    "sma": "sma,simple moving average,moving average,moving averages,ma,mas,200dma,50dma,200ma,50ma,dma,gleitender "
    "durchschnitt,gleitenden durchschnitt,"
    "media movil,media movel,moyenne mobile",
    "ema": "ema,emas,exponential moving average,exponential moving averages,20ema,50ema,200ema,21ema",
    "atr": "atr,average true range,true range",
    "stochastic": "stochastic,stochastics,stoch,stochastic oscillator,stochastik",
    "adx": "adx,average directional index,directional index",
    "obv": "obv,on balance volume",
    "vwap": "vwap,volume weighted average price,volume weighted average",
    "ichimoku": "ichimoku,ichimoku cloud,ichimoku kinko hyo,kumo",
}
RISKS: dict[str, str] = {
    "conservative": "low risk,lower risk,lowest risk,low-risk,minimal risk,minimum risk,risk averse,risk-averse,"
        "conservative,conservatively,safe,safely,"
    "safest,safer,cautious,no risk,little risk,less risk,not too risky,"
    "without much risk,without too much risk,not much risk,risk free,geringes risiko,"
    "wenig risiko,niedriges risiko,sicher,"
    "bajo riesgo,poco riesgo,conservador,conservadora,seguro,segura,faible risque,peu risque,prudent,baixo risco,"
    "dusuk risk,низкий риск,низким риском,低风险,保守",
    "moderate": "moderate,moderately,moderate risk,medium risk,mid risk,balanced,some risk,average risk,middle risk,"
        "mittleres risiko,ausgewogen,moderado,"
    "moderada,equilibrado,modere,equilibre,orta risk,средний риск,中等风险,稳健",
    "aggressive": "aggressive,aggressively,high risk,higher risk,high-risk,degen,degenerate,risky,riskier,yolo,max "
        "risk,maximum risk,very risky,risk on,"
    "hohes risiko,aggressiv,riskant,alto riesgo,agresivo,agresiva,arriesgado,agressif,haut risque,risque eleve,alto "
    "risco,agressivo,arriscado,yuksek risk,"
    "высокий риск,高风险,激进,full degen",
}  # fmt: skip
CRYPTO_WORDS = _set(
    "crypto cryptos cryptocurrency cryptocurrencies token tokens coins altcoin altcoins alts memecoin memecoins "
    "shitcoin shitcoins defi dex dexes cex "
    "yield yields apy apys stake staking staked stakers restaking validator validators tvl gwei blockchain onchain "
    "web3 nft nfts dao wallets "
    "whale whales hodl hodlers rekt degen degens wagmi ngmi rug rugpull honeypot airdrop airdrops perp perps "
    "perpetual perpetuals liquidated "
    "liquidation liquidations stablecoin stablecoins stables depeg depegged bridging rollup rollups l2 l2s l1 mempool "
    "halving altseason "
    "dominance bullish bearish overbought oversold rsi macd portfolio rebalance drawdown sharpe volatility arbitrage "
    "etf etfs lp lps slippage "
    "erc20 erc721 multisig timelock sats satoshi github commits devs gainers pumping dumping mooning fud fomo lambo "
    "longs shorts skew oi iv mev amm "
    "zk cbdc tokenomics hashrate backtest holdings криптовалюта крипта крипты крипто биржа рынок портфель стейкинг "
    "алерт фандинг арбитраж киты "
    "cripto criptomonedas kripto portfoy portefeuille 币 链 合约 质押 套利 巨鲸 持仓 코인 암호화폐 仮想通貨"
)
"""Words that speak of this trade in nearly every text they stand in."""

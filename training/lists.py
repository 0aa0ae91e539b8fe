"""Word lists for the templates: concepts of the trade, and everyday things for questions that are none of ours."""

from __future__ import annotations


def _list(text: str) -> list[str]:
    return [item.strip() for item in text.replace("\n", " ").split(",") if item.strip()]


CONCEPTS = _list("""
impermanent loss, a flash loan, flash loans, a rug pull, apy, apr, tvl, total value locked, slippage, mev,
front running, a sandwich attack, a smart contract,
smart contracts, staking, liquid staking, restaking, yield farming, liquidity mining, a liquidity pool, an amm,
an automated market maker, a dex, a cex, a dao,
a bridge, a cross chain bridge, a rollup, an optimistic rollup, a zk rollup, zero knowledge proofs, a zk proof,
layer 2, layer 1, sharding, proof of stake,
proof of work, a validator, slashing, gas, gwei, gas fees, the base fee, eip-1559, a blob, a hard fork, a soft fork,
a fork, the halving, mining, hashrate,
a hash, a block, a block explorer, blockchain, the mempool, a nonce, a private key, a seed phrase, a public key,
a hardware wallet, a cold wallet, a hot wallet,
custody, self custody, a multisig, account abstraction, a paymaster, an oracle, oracle manipulation, a stablecoin,
an algorithmic stablecoin, a depeg, a peg,
wrapped bitcoin, a wrapped token, an nft, a token standard, erc-20, erc-721, a token burn, token burning, tokenomics,
a vesting schedule, a token unlock,
an airdrop, a whitepaper, an ico, market cap, fully diluted valuation, circulating supply, dominance,
bitcoin dominance, the fear and greed index, altseason,
a bull market, a bear market, a dead cat bounce, fomo, fud, hodl, hodling, diamond hands, a whale, a bag holder, rekt,
wagmi, dyor, dca, dollar cost averaging,
a limit order, a market order, a stop loss, an order book, the spread, the bid ask spread, market making, a perpetual,
a perpetual swap, a perp, funding,
the funding rate, open interest, basis, contango, backwardation, leverage, margin, cross margin, liquidation,
a margin call, a short squeeze, short selling,
going long, an option, a call option, a put option, implied volatility, delta, gamma, theta decay, volatility skew,
max pain, a straddle, hedging,
delta neutral, cash and carry, arbitrage, triangular arbitrage, the kimchi premium, rsi, macd, bollinger bands,
a moving average, vwap, the golden cross,
a death cross, support and resistance, fibonacci retracement, atr, the sharpe ratio, the sortino ratio, value at risk,
expected shortfall, drawdown, beta,
alpha, correlation, diversification, risk parity, the efficient frontier, mean variance optimization, rebalancing,
volatility, standard deviation, a backtest,
overfitting, monte carlo simulation, collateral, overcollateralization, a liquidation threshold, loan to value, ltv,
a health factor, utilization, lending,
a lending protocol, borrowing against crypto, a money market, concentrated liquidity, a price range in uniswap, lvr,
loss versus rebalancing, a bonding curve,
a vault, auto compounding, real yield, ve tokenomics, bribes, gauge voting, governance, a governance attack,
a timelock, a proxy contract, an upgradeable contract,
a honeypot, a reentrancy attack, a 51% attack, a sybil attack, double spending, a phishing attack, an approval,
infinite approval, permit2, a token allowance,
dust attack, address poisoning, a mixer, tornado cash, kyc, aml, travel rule, mica, a cbdc, a security token, rwa,
real world assets, tokenization, tokenized treasuries,
etf, a spot etf, the merge, the beacon chain, a sequencer, data availability, modular blockchains, a sidechain,
the lightning network, taproot, segwit, ordinals,
an inscription, runes, a utxo, a merkle tree, consensus, byzantine fault tolerance, finality, a reorg, block time, tps,
ens, a memecoin, a shitcoin, web3, defi,
cefi, tradfi, gamefi, depin, an intent, a solver, a relayer, a keeper, a liquidator, peg stability module, cdp,
a collateralized debt position, points farming,
an lst, an lrt, a basis trade, twap, an index token, liquid staking derivatives, a soft peg, proof of reserves,
a bank run, counterparty risk, smart contract risk
""")
PLURAL_CONCEPTS = _list("""
flash loans, liquidity pools, smart contracts, stablecoins, algorithmic stablecoins, rollups, zk rollups,
optimistic rollups, bridges, cross chain bridges, oracles,
validators, miners, perpetuals, perps, funding rates, options, futures, liquidations, dexes, automated market makers,
amms, vaults, lending protocols, gas fees,
hardware wallets, nfts, daos, airdrops, token unlocks, governance tokens, wrapped tokens, liquid staking tokens,
layer 2s, sidechains, merkle trees, multisigs,
memecoins, market makers, order books, limit orders, stop losses, bollinger bands, moving averages, rug pulls,
honeypots, flash crashes, hard forks, etfs,
zero knowledge proofs, hashes, seed phrases, private keys, bonding curves, liquidity providers, yield farms, mev bots,
sandwich attacks, validators queues
""")
FOREIGN_CONCEPTS = {
    "de": _list("""impermanenter verlust, eine blockchain, proof of stake, liquidität, ein liquiditätspool,
        hebelwirkung, eine wallet, ein stablecoin,
        schürfen, mining, das halving, dezentrale finanzen, ein flash loan, volatilität, ein privater schlüssel,
        ein validator, gasgebühren"""),
    "es": _list("""una blockchain, la pérdida impermanente, la minería, el halving, una billetera, un préstamo flash,
        la liquidez, un pool de liquidez, el
        apalancamiento, una stablecoin, la prueba de trabajo, un contrato inteligente, las comisiones de gas,
        una cadena de bloques, un validador"""),
    "fr": _list("""la perte impermanente, la preuve d'enjeu, la preuve de travail, un contrat intelligent, le minage,
        un portefeuille, un pool de liquidité,
        l'effet de levier, un stablecoin, la finance décentralisée, un prêt flash, les frais de gas, la blockchain"""),
    "pt": _list("""perda impermanente, prova de participação, prova de trabalho, um contrato inteligente, mineração,
        uma carteira, um pool de liquidez,
        alavancagem, uma stablecoin, finanças descentralizadas, empréstimo relâmpago, taxa de gas, a blockchain"""),
    "it": _list(
        """la perdita impermanente, un contratto intelligente,
        il mining, un portafoglio, la leva, una stablecoin, la finanza decentralizzata, lo staking"""
    ),
    "tr": _list(
        """akıllı kontrat, geçici kayıp, madencilik, kaldıraç,
        stabil coin, blok zinciri, merkeziyetsiz finans, cüzdan, likidite havuzu, hisse ispatı"""
    ),
    "ru": _list("""смарт контракт, непостоянные потери, майнинг, халвинг, стейкинг, стейблкоин, ликвидность,
        пул ликвидности, кредитное плечо, блокчейн,
        доказательство доли, флеш кредит, импермамент лосс, газ в эфире, децентрализованные финансы, кошелек,
        фандинг"""),
    "zh": _list(
        "无常损失, 闪电贷, 流动性挖矿, 稳定币, 区块链, 权益证明, 工作量证明, 质押, 去中心化金融, 资金费率, "
        "永续合约, 做市商, 杠杆, 减半, 私钥, 冷钱包, 滑点, 流动性池, 零知识证明, 二层网络"
    ),
    "ko": _list(
        """스마트 컨트랙트, 스테이킹, 블록체인, 비영구적 손실, 스테이블코인, 반감기, 유동성 풀, 디파이, 레버리지"""
    ),
    "ja": _list(
        """スマートコントラクト, ステーキング, ブロックチェーン, 変動損失, ステーブルコイン, 半減期, レバレッジ, 流動性プール"""
    ),
}
LISTS = {
    "city": _list("""london, berlin, new york, madrid, rome, chicago, sydney, boston, mumbai, dubai, toronto, vienna,
        amsterdam, seattle, lagos, cairo, oslo,
        istanbul, singapore, san francisco, los angeles, miami, dallas, prague, athens, dublin, houston, denver, milan,
        hong kong, bangkok, seoul"""),
    "country": _list("""france, germany, spain, italy, japan, brazil, india, china, canada, mexico, norway, egypt,
        kenya, australia, peru, turkey, russia, greece,
        portugal, poland, thailand, argentina, ireland, south africa, england, the united states, sweden"""),
    "food": _list("""pasta, chicken, rice, lasagna, pancakes, an apple pie, chocolate cake, eggs, salmon, steak, soup,
        curry, tacos, bread, milk, cheese, potatoes,
        tomatoes, butter, sugar, flour, yogurt, a banana, avocado, coconut milk, chili, turkey, pork chops,
        an omelette, brownies, coffee, apples, salad, beef stew"""),
    "person": _list("""albert einstein, john, mary, my wife, barack obama, napoleon, leonardo da vinci, my brother,
        sarah, julius caesar, taylor swift, tom hanks,
        michael, my sister, queen elizabeth, mozart, brad pitt, cleopatra, george washington, my dad, david, emma,
        shakespeare, marie curie, messi"""),
    "company": _list("""apple, tesla, google, amazon, microsoft, nvidia, facebook, netflix, intel, walmart, disney,
        ford, boeing, coca cola, ibm, samsung, nike,
        alphabet, meta, starbucks, toyota, pfizer, general electric, uber, spotify, siemens, volkswagen, shell, exxon,
        goldman sachs"""),
    "animal": _list(
        "cat, dog, penguin, elephant, shark, horse, cow, parrot, whale in the sea, tiger, snake, bear, rabbit, turtle,"
        " spider, fish"
    ),
    "song": _list(
        "bohemian rhapsody, hey jude, thriller, imagine, yesterday by the beatles, despacito, hotel california, "
        "wonderwall, let it be"
    ),
    "artist": _list(
        "madonna, the beatles, drake, adele, queen, mozart, eminem, shakira, coldplay, beyonce, metallica, bob dylan, "
        "rihanna"
    ),
    "word": _list("""serendipity, ubiquitous, ephemeral, happiness, necessary, empathy, irony, gregarious, conundrum,
        pernicious, onomatopoeia, freedom, benevolent,
        rhythm, beautiful, restaurant, chair, elephant, justice"""),
    "chore": _list("""call mom, take out the trash, buy milk, pay the rent, water the plants, walk the dog,
        do the laundry, take my pills, clean the garage, pick up the kids,
        feed the cat, wash the car, mow the lawn, go to the gym, do my homework, send the invoice, return the books,
        buy groceries"""),
    "thing": _list("""a new car, milk, houses, an iphone, gasoline, a haircut, eggs, a tesla car, a used bike,
        running shoes, a wedding dress, a piano, concert tickets,
        a mattress, firewood, sneakers, a washing machine, contact lenses, a dishwasher, olive oil, coffee beans,
        diapers, a tv, a laptop, paint, a kayak, beef,
        toothpaste, a backpack, a lawn mower, sunglasses, vitamins, a guitar, lumber, a sofa, tomatoes,
        a flight to paris, a puppy, insurance, a parking ticket"""),
    "topic": _list(
        """the roman empire, jazz, the olympics, spain, world war one, the beatles, climate change, the president,
        the earthquake, football, nasa, hollywood,
        the pope, the royal wedding, sparta, abraham lincoln, the supreme court, ebola, the local school,
        the fire in denver, tennis, the vikings, the summit, dinosaurs,
        the movie, photography, the new hospital, the strike, the train crash, immigration, buddhism, the lottery,
        the dam, volcanoes, ballet, the premier league"""
    ),
    "event": _list("""it starts raining, dinner is ready, my mom calls, the mail arrives, it is 5 pm,
        my flight is delayed, the kids are home, there is traffic, the laundry is done,
        somebody is at the door, the game starts, it's been ten minutes, the battery is low, my package is delivered,
        the oven is hot, the temperature is below zero,
        the meeting is over, the store opens, i have new mail, my favourite team scores, the pool is warm,
        the bus is coming, the movie comes out"""),
    "event2": _list("""it going to rain, my flight delayed, school open, the museum free, dinner ready,
        the party happening, the library closed, my boss angry, the train late,
        the doctor in, there a test, the game on, grandma coming, there any cake left"""),
    "activity": _list(
        """go jogging, wear a coat, take an umbrella, eat less sugar, call my doctor, learn french,
        repaint the kitchen, adopt a dog, cut my hair, go to the party,
        drink more water, cook this longer, wash my car, plant roses, move to denver, quit my job, go on a diet,
        watch this film, take the bus, bring a gift"""
    ),
    "month": _list("january, february, march, april, may, june, july, august, september, october, november, december"),
}

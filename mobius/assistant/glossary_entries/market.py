"""The market as a whole. Here: size, supply, moods, money that flows in and out. Not here: trading it (trading)."""

from __future__ import annotations

from mobius.assistant.glossary_entries.entry import Entry

ENTRIES = (
    Entry(
        "market-cap",
        "market cap",
        ("market capitalisation", "market capitalization", "marketcap", "mcap", "mkt cap"),
        "Market cap is the price of one coin times the number of coins in circulation. It says how a coin's size compares "
        "with others, not how much money went in: a small purchase at a higher price revalues every coin there is.",
        ("circulating-supply", "fdv", "dominance"),
        example="market_cap",
    ),
    Entry(
        "fdv",
        "fully diluted valuation (FDV)",
        ("fdv", "fully diluted valuation", "fully diluted value", "fully diluted market cap", "diluted valuation"),
        "FDV is the price times every coin that will ever exist, also those still locked or not yet issued. Where it is far "
        "above the market cap, much supply is still to come and may be sold by those who receive it.",
        ("market-cap", "circulating-supply", "vesting"),
    ),
    Entry(
        "circulating-supply",
        "circulating supply",
        ("supply in circulation", "max supply", "total supply", "coin supply", "token supply"),
        "Circulating supply is the number of coins that can trade now. Total supply adds coins that exist but are locked, "
        "and max supply is the most there can ever be, such as 21 million for Bitcoin; many coins have no maximum.",
        ("market-cap", "fdv", "vesting"),
        weak=("supply",),
    ),
    Entry(
        "vesting",
        "vesting and unlocks",
        ("vesting", "token unlock", "unlock schedule", "cliff", "vesting schedule", "lockup", "lock-up"),
        "Tokens of founders, staff and investors are often locked and released over years, sometimes after a first waiting "
        "time called a cliff. A large unlock adds to what can be sold, and is known in advance.",
        ("fdv", "circulating-supply", "tokenomics"),
        weak=("unlock",),
    ),
    Entry(
        "tokenomics",
        "tokenomics",
        ("token economics", "token model", "token distribution"),
        "Tokenomics is how a token comes into being, who gets it and what it is good for: issuance, unlocks, burning, fees "
        "and votes. The question to ask is what would make anyone need to hold it.",
        ("vesting", "token-burn", "real-yield"),
    ),
    Entry(
        "token-burn",
        "token burn and buyback",
        ("token burn", "buyback", "buy back", "coin burn", "buyback and burn", "burn mechanism"),
        "To burn a token is to destroy it for good, often by sending it where nobody holds the key. Some protocols buy their "
        "own token with fees and burn it, which gives holders a larger share of the rest; whether it matters depends on how "
        "much is burnt against how much is issued.",
        ("tokenomics", "eip-1559", "circulating-supply"),
        weak=("burn",),
    ),
    Entry(
        "dominance",
        "dominance",
        ("btc dominance", "bitcoin dominance", "eth dominance", "btc.d", "market dominance"),
        "Dominance is one coin's share of the whole crypto market cap. Bitcoin's tends to rise when people leave smaller "
        "coins and to fall in an alt season; what is counted in the total, stablecoins above all, moves it as well.",
        ("market-cap", "alt-season", "fear-and-greed"),
        example="dominance",
    ),
    Entry(
        "alt-season",
        "alt season",
        ("altseason", "altcoin season", "altcoin", "alts"),
        "Altcoins are all coins but Bitcoin, and an alt season is a time in which most of them rise more than it. There is no "
        "fixed definition, and such times have been short and hard to tell in advance.",
        ("dominance", "market-cap", "beta"),
    ),
    Entry(
        "fear-and-greed",
        "fear and greed index",
        ("fear and greed", "fear & greed", "fear greed index", "fng", "fear and greed index", "crypto fear and greed"),
        "The fear and greed index is a mood gauge from 0, extreme fear, to 100, extreme greed, published daily by "
        "alternative.me from volatility, momentum, volume, social posts and dominance. It describes the present; as a signal "
        "to trade on it has no proven record.",
        ("dominance", "sentiment", "volatility"),
        example="fear_greed",
    ),
    Entry(
        "sentiment",
        "sentiment",
        ("market sentiment", "crowd mood", "social sentiment"),
        "Sentiment is the mood of those who trade or post, measured from texts, search interest or positions. It is noisy, "
        "easily gamed by bots and mostly follows the price, so the number of posts behind a figure matters as much as the "
        "figure.",
        ("fear-and-greed", "funding-rate", "volume"),
    ),
    Entry(
        "volume",
        "trading volume",
        ("24h volume", "24 hour volume", "turnover", "traded volume"),
        "Volume is how much changed hands in a span of time, usually 24 hours. It shows how easily a position can be traded; "
        "unregulated venues have inflated theirs by trading with themselves, so depth of the order book says more.",
        ("liquidity", "wash-trading", "order-book"),
        weak=("volume",),
        example="volume",
    ),
    Entry(
        "wash-trading",
        "wash trading",
        ("wash trade", "fake volume", "washtrading"),
        "Wash trading is buying from and selling to oneself so that a market looks busy. It is forbidden on regulated "
        "exchanges, cheap on others, and a reason to compare volume with depth and with visits.",
        ("volume", "liquidity", "pump-and-dump"),
    ),
    Entry(
        "liquidity",
        "liquidity",
        ("liquid market", "market depth", "depth", "illiquid"),
        "Liquidity is how much can be bought or sold at once without moving the price much. It is measured by the spread and "
        "by the money waiting near the price, and it tends to vanish when it is needed most.",
        ("slippage", "spread", "order-book"),
    ),
    Entry(
        "bull-and-bear",
        "bull and bear market",
        ("bull market", "bear market", "bullish", "bearish", "bull run", "crypto winter"),
        "A bull market is a long rise and a bear market a long fall, in stocks often called one after a move of 20 %. Crypto "
        "moves by that much within weeks, so the words here describe seasons of many months.",
        ("drawdown", "alt-season", "halving"),
        weak=("bull", "bear"),
    ),
    Entry(
        "ath",
        "all-time high (ATH)",
        ("ath", "all time high", "all-time high", "atl", "all time low"),
        "The all-time high is the highest price ever traded, the all-time low the lowest. The distance from the high is a "
        "drawdown: a coin 50 % below it has to double to return.",
        ("drawdown", "bull-and-bear", "market-cap"),
    ),
    Entry(
        "halving",
        "halving",
        ("bitcoin halving", "halvening", "block reward halving", "btc halving"),
        "Every 210,000 blocks, about four years, the new bitcoin a block pays its miner halves. The fourth halving, in April "
        "2024, brought it to 3.125 BTC; the next is due around 2028. It is known to all in advance, and four events are too "
        "few to prove what follows them.",
        ("mining", "hash-rate", "circulating-supply"),
    ),
    Entry(
        "etf",
        "crypto ETF",
        (
            "etf",
            "spot etf",
            "bitcoin etf",
            "exchange traded fund",
            "etf flow",
            "etf inflow",
            "spot bitcoin etf",
            "ethereum etf",
        ),
        "An ETF is a fund whose shares trade on a stock exchange. The spot Bitcoin and Ether funds listed in the US "
        "in 2024 hold the coins themselves, so net inflows mean coins bought; flows are reported after each trading day.",
        ("custody", "basis", "institutional-holdings"),
    ),
    Entry(
        "institutional-holdings",
        "treasury companies",
        (
            "corporate treasury",
            "bitcoin treasury",
            "treasury company",
            "digital asset treasury",
            "institutional holding",
        ),
        "Some companies hold coins as their main asset and sell shares or debt to buy more. While the share trades above "
        "the coins per share this adds coins for each holder; below, the mechanism stops or runs backwards.",
        ("etf", "custody", "market-cap"),
        weak=("dat",),
    ),
    Entry(
        "stablecoin",
        "stablecoin",
        ("stable coin", "stables", "fiat backed stablecoin", "algorithmic stablecoin"),
        "A stablecoin is a token meant to stay worth one unit of a currency, mostly the US dollar. It rests on reserves held "
        "by an issuer (USDC, USDT), on crypto collateral worth more than the debt (DAI, LUSD), or on a hedged position "
        "(USDe); those that rested on nothing but their own token, such as UST, have failed.",
        ("depeg", "cdp", "delta-neutral"),
        example="peg",
    ),
    Entry(
        "depeg",
        "depeg",
        ("de-peg", "depegged", "depegging", "lost its peg", "lose its peg", "losing its peg", "off peg"),
        "A stablecoin or wrapped token has depegged when it trades away from what it should be worth. USDC fell to about 0.88 "
        "dollars in March 2023 while part of its reserves sat in a failed bank, and recovered; UST in May 2022 did not.",
        ("stablecoin", "bank-run", "lst"),
        weak=("peg",),
        example="peg",
    ),
    Entry(
        "bank-run",
        "bank run",
        ("run on the bank", "redemption run", "death spiral"),
        "In a run holders rush to redeem because they fear others will be first. Reserves that cannot be sold quickly, or a "
        "backing token whose price falls with each redemption, turn the fear into fact: that last case is called a death "
        "spiral.",
        ("depeg", "stablecoin", "proof-of-reserves"),
    ),
    Entry(
        "proof-of-reserves",
        "proof of reserves",
        ("proof-of-reserve", "por", "reserve attestation"),
        "With a proof of reserves an exchange or issuer shows coins it controls and commits to what it owes its customers. "
        "It proves holdings at one moment; debts that are left out, and coins borrowed for the day, it cannot show.",
        ("custody", "bank-run", "stablecoin"),
    ),
    Entry(
        "satoshi",
        "satoshi",
        ("sats", "sat", "satoshis", "smallest unit of bitcoin"),
        "A satoshi is the smallest unit of Bitcoin, a hundred-millionth of one coin. It is named for Satoshi Nakamoto, the "
        "unknown author of Bitcoin's first paper and program.",
        ("bitcoin", "utxo", "halving"),
        example="satoshi",
    ),
    Entry(
        "bitcoin",
        "Bitcoin",
        (),
        "Bitcoin is the first cryptocurrency, running since January 2009: a public ledger kept by miners who prove work, with "
        "no issuer and at most 21 million coins. People use it mainly to hold and to move value without asking anyone.",
        ("proof-of-work", "halving", "utxo"),
        weak=("bitcoin", "btc"),
    ),
    Entry(
        "ethereum",
        "Ethereum",
        (),
        "Ethereum is a chain that runs programs, smart contracts, and most of DeFi started on it. Its coin, ether, pays for "
        "gas and is staked by the validators that have secured it since September 2022.",
        ("smart-contract", "gas", "staking"),
        weak=("ethereum", "eth", "ether"),
    ),
    Entry(
        "defi",
        "DeFi",
        ("decentralised finance", "decentralized finance"),
        "DeFi is lending, trading and saving done by smart contracts instead of a company's books. Anyone may use it and "
        "check it; in return there is nobody to call, and errors in code or in prices fed to it are paid by users.",
        ("smart-contract", "amm", "tvl"),
        weak=("defi",),
    ),
    Entry(
        "rwa",
        "real-world assets (RWA)",
        (
            "rwa",
            "real world asset",
            "tokenised treasuries",
            "tokenized treasuries",
            "tokenised asset",
            "tokenized asset",
        ),
        "Real-world assets are tokens that stand for things off chain: treasury bills, gold, loans, shares. The token moves "
        "like any other, but its worth rests on a company and a court that honour it.",
        ("stablecoin", "custody", "oracle"),
    ),
    Entry(
        "meme-coin",
        "meme coin",
        ("memecoin", "shitcoin", "dog coin"),
        "A meme coin has no use but the joke and the crowd around it. Prices follow attention, a few wallets often hold most "
        "of the supply, and most such coins lose nearly all their value.",
        ("rug-pull", "bonding-curve", "pump-and-dump"),
    ),
    Entry(
        "nft",
        "NFT",
        ("non fungible token", "non-fungible token", "nfts"),
        "An NFT is a token of which each piece is its own, such as a picture, a ticket or a name; on Ethereum it follows the "
        "ERC-721 or ERC-1155 standard. What the token points at often lies elsewhere and may change or vanish.",
        ("erc-721", "ens-name", "token-standard"),
    ),
    Entry(
        "airdrop",
        "airdrop",
        ("air drop", "token airdrop", "retro drop"),
        "An airdrop gives tokens away to people who used something early, or simply to many addresses. Real ones are claimed "
        "on the project's own site and cost a network fee; tokens that appear unasked and point at a site are mostly bait.",
        ("points", "phishing", "sybil"),
    ),
    Entry(
        "points",
        "points programme",
        ("points program", "points farming", "airdrop farming", "crypto points"),
        "Points are a project's own count of how much someone used it, usually hinting at a later airdrop. They are a promise "
        "without terms: rate, date and worth are set by the project, and may change.",
        ("airdrop", "liquidity-mining", "real-yield"),
        weak=("points", "point"),
    ),
    Entry(
        "sybil",
        "Sybil attack",
        ("sybil", "sybil resistance", "multi accounting"),
        "In a Sybil attack one party poses as many, to win votes, airdrops or power in a network. Proof of work and staking "
        "are answers to it: they count cost instead of heads.",
        ("airdrop", "proof-of-work", "proof-of-stake"),
    ),
)

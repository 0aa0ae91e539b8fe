"""DeFi. Here: pools, lending, yields, votes. Not here: staking and the chains themselves (chain), dangers (safety)."""

from __future__ import annotations

from mobius.assistant.glossary_entries.entry import Entry

ENTRIES = (
    Entry(
        "amm",
        "automated market maker (AMM)",
        ("amm", "automated market maker", "constant product", "x*y=k", "xyk", "automated market making"),
        "An AMM is a pool of two or more tokens that quotes a price by formula: buying one makes it dearer. The classic rule "
        "keeps the product of the two amounts constant. Traders pay a fee to those who filled the pool.",
        ("liquidity-pool", "impermanent-loss", "concentrated-liquidity"),
    ),
    Entry(
        "liquidity-pool",
        "liquidity pool",
        ("lp", "liquidity provider", "liquidity providing", "lp token", "providing liquidity", "liquidity provision"),
        "A liquidity pool holds tokens that others trade against or borrow. Those who deposit, the liquidity providers, own "
        "a share of it and earn the fees; the mix they get back differs from the mix they put in.",
        ("amm", "impermanent-loss", "lvr"),
        weak=("pool",),
    ),
    Entry(
        "impermanent-loss",
        "impermanent loss",
        ("il", "divergence loss", "impermanant loss"),
        "Impermanent loss is how much less a pool share is worth than simply holding the same tokens, once their prices have "
        "moved apart. In a constant-product pool it is 5.7 % when one price doubles against the other and 20 % when it "
        "quadruples; it is undone only if the ratio returns. Fees must beat it.",
        ("amm", "lvr", "concentrated-liquidity"),
    ),
    Entry(
        "lvr",
        "loss versus rebalancing (LVR)",
        ("lvr", "loss versus rebalancing", "loss vs rebalancing"),
        "LVR is what a pool loses to arbitrageurs who trade against its stale price, compared with making the same trades at "
        "the market. Unlike impermanent loss it never comes back when the price does, and it grows with the square of "
        "volatility.",
        ("impermanent-loss", "arbitrage", "amm"),
    ),
    Entry(
        "concentrated-liquidity",
        "concentrated liquidity",
        ("uniswap v3", "clmm", "liquidity range", "range order", "concentrated lp", "tick range"),
        "With concentrated liquidity a provider offers tokens only within a price range and earns as if the deposit were "
        "larger. Outside the range it earns nothing and holds only the weaker token; impermanent loss is magnified likewise.",
        ("amm", "impermanent-loss", "liquidity-pool"),
    ),
    Entry(
        "stableswap",
        "stableswap",
        ("stable swap", "curve pool", "stable pool", "amplification"),
        "Stableswap is a pool formula, first used by Curve, that trades tokens meant to be worth the same almost one for one. "
        "It works with little slippage until one of them depegs; then the pool fills with that one.",
        ("amm", "depeg", "vetoken"),
    ),
    Entry(
        "tvl",
        "total value locked (TVL)",
        ("tvl", "total value locked", "value locked"),
        "TVL is the market value of everything deposited in a protocol or on a chain. It rises and falls with prices as well "
        "as with deposits, may count the same coin several times, and for lenders leaves out what is lent.",
        ("liquidity-pool", "market-cap", "rehypothecation"),
    ),
    Entry(
        "rehypothecation",
        "looping and rehypothecation",
        ("rehypothecation", "looping", "recursive lending", "leverage loop", "loop strategy"),
        "Looping is to deposit, borrow against it, deposit again, and so on, which multiplies both yield and risk. A small "
        "depeg of the collateral, or a borrowing rate above the yield, unwinds it at a loss.",
        ("leverage", "liquidation", "ltv"),
    ),
    Entry(
        "apr",
        "APR and APY",
        (
            "apr",
            "apy",
            "apr vs apy",
            "apr and apy",
            "annual percentage yield",
            "annual percentage rate",
            "apy vs apr",
            "apy and apr",
            "compound interest",
        ),
        "APR is a yearly rate without compounding, APY includes the interest on interest. 12 % APR paid daily is 12.75 % APY. "
        "Both state the present rate as if it lasted a year, which in DeFi it rarely does.",
        ("real-yield", "liquidity-mining", "utilisation"),
    ),
    Entry(
        "yield-farming",
        "yield farming",
        ("yield farm", "farming", "defi yield", "crop farming"),
        "Yield farming is moving deposits between protocols for the best return of interest, fees and reward tokens. A rate "
        "far above its peers is paying for a risk, or is about to end.",
        ("liquidity-mining", "apr", "real-yield"),
        weak=("yield",),
    ),
    Entry(
        "liquidity-mining",
        "liquidity mining",
        ("reward token", "incentive programme", "emission", "token emission", "incentives", "mercenary capital"),
        "Liquidity mining pays depositors in a protocol's own newly issued token. The yield lasts as long as the issuance and "
        "is worth what the token fetches when you sell it.",
        ("real-yield", "gauge", "yield-farming"),
    ),
    Entry(
        "real-yield",
        "real yield",
        ("sustainable yield", "organic yield", "fee yield"),
        "Real yield comes from what users pay, such as interest, trading fees or funding, instead of from new tokens. It can "
        "still fall to nothing, but nobody has to be found to buy a reward token.",
        ("liquidity-mining", "apr", "tokenomics"),
    ),
    Entry(
        "lending-protocol",
        "lending protocol",
        (
            "money market",
            "defi lending",
            "lend and borrow",
            "lending market",
            "crypto lending",
            "supply apy",
            "borrow apy",
        ),
        "On a lending protocol deposits are lent to those who post collateral worth more than the loan. Rates follow how "
        "much of the pool is lent; the contract sells collateral of those who fall behind.",
        ("utilisation", "health-factor", "liquidation"),
        weak=("lending", "borrowing"),
    ),
    Entry(
        "utilisation",
        "utilisation rate",
        ("utilization", "utilisation", "utilization rate", "interest rate model", "rate curve", "kink"),
        "Utilisation is the lent share of a pool. Rates climb gently up to a kink, often at 80 to 90 %, and steeply beyond. At "
        "100 % lenders cannot withdraw until somebody repays.",
        ("lending-protocol", "apr", "liquidity"),
    ),
    Entry(
        "collateral",
        "collateral",
        (
            "overcollateralized",
            "overcollateralised",
            "collateral factor",
            "collateralization ratio",
            "collateral ratio",
            "over collateralised",
        ),
        "Collateral is what a borrower leaves as security. In DeFi it is worth more than the loan, since nobody can be sued: "
        "if its value falls too far, it is sold.",
        ("ltv", "liquidation", "cdp"),
    ),
    Entry(
        "ltv",
        "loan to value (LTV)",
        ("ltv", "loan to value", "loan-to-value", "liquidation threshold", "max ltv"),
        "LTV is the debt divided by the worth of the collateral. Max LTV is how far you may borrow; at the liquidation "
        "threshold, a little higher, anyone may sell part of your collateral.",
        ("health-factor", "liquidation", "collateral"),
    ),
    Entry(
        "health-factor",
        "health factor",
        ("healthfactor", "loan health", "hf"),
        "The health factor on Aave and its kin is collateral times liquidation threshold, divided by debt. Below 1 the "
        "position can be liquidated. At 1.5 with one volatile collateral, a fall of a third brings you there.",
        ("ltv", "liquidation", "oracle"),
    ),
    Entry(
        "cdp",
        "collateralised debt position (CDP)",
        ("cdp", "collateralized debt position", "collateralised debt position", "maker vault", "trove", "mint dai"),
        "A CDP locks collateral and mints a stablecoin against it, such as DAI or LUSD. You owe the stablecoin plus a fee "
        "and get the collateral back when you repay; if its worth falls too low it is sold.",
        ("stablecoin", "collateral", "liquidation"),
    ),
    Entry(
        "bad-debt",
        "bad debt",
        ("protocol insolvency", "insolvent", "shortfall"),
        "A lending protocol has bad debt when collateral no longer covers a loan, after a crash or a manipulated price. It "
        "falls on reserves, on stakers of a safety module, or on the depositors.",
        ("liquidation", "oracle-manipulation", "lending-protocol"),
    ),
    Entry(
        "flash-loan",
        "flash loan",
        ("flashloan", "flash swap", "flash loans attack", "flash loan attack"),
        "A flash loan is lent without collateral and must be repaid within the same transaction, or the whole transaction is "
        "undone. It serves arbitrage and refinancing, and gives an attacker a large sum for the length of one exploit.",
        ("oracle-manipulation", "arbitrage", "mev"),
    ),
    Entry(
        "vault",
        "yield vault",
        ("vault", "erc-4626 vault", "auto compounding", "autocompounder", "yield aggregator", "vault strategy"),
        "A vault takes deposits and runs a strategy with them, such as lending or compounding rewards. You rely on its code, "
        "on everything it deposits into, and on whoever may change the strategy.",
        ("erc-4626", "curator", "yield-farming"),
    ),
    Entry(
        "curator",
        "vault curator",
        ("risk curator", "curated vault", "curator"),
        "A curator decides which markets a lending vault may use and how much goes into each, for a fee. The contract limits "
        "what it can do; which collateral and which oracle are accepted is its judgement, and your risk.",
        ("vault", "lending-protocol", "oracle"),
    ),
    Entry(
        "oracle",
        "oracle",
        ("price oracle", "price feed", "chainlink feed", "data feed", "oracles"),
        "An oracle brings prices from outside to a chain. Lending and derivatives act on whatever it says, so a wrong, late "
        "or manipulable price is one of the main ways protocols lose money.",
        ("oracle-manipulation", "liquidation", "vwap"),
    ),
    Entry(
        "governance",
        "governance",
        (
            "dao vote",
            "governance token",
            "on-chain governance",
            "governance vote",
            "quorum",
            "proposal",
            "governance attack",
        ),
        "Governance is how holders of a token change a protocol: they propose, vote, and a timelock carries it out. Few vote, "
        "so a handful of large holders often decide, and bought or borrowed votes can pass what harms users.",
        ("dao", "timelock", "vetoken"),
    ),
    Entry(
        "dao",
        "DAO",
        ("decentralised autonomous organisation", "decentralized autonomous organization", "daos"),
        "A DAO is a group that holds money and rules in contracts and decides by vote. How far it is really its members' "
        "depends on who holds the tokens and on which keys can act without a vote.",
        ("governance", "multisig", "timelock"),
    ),
    Entry(
        "vetoken",
        "vote-escrowed token (veToken)",
        ("vetoken", "ve token", "vecrv", "vote escrow", "vote locked", "vote-escrowed", "vote escrowed token"),
        "A veToken is a token locked for a time, up to four years at Curve, in return for votes and a share of fees. Longer "
        "locks give more of both; the lock itself usually cannot be sold.",
        ("gauge", "bribe", "governance"),
    ),
    Entry(
        "gauge",
        "gauge",
        ("gauge vote", "gauge weight", "liquidity gauge", "curve wars"),
        "A gauge measures who provides liquidity to a pool and pays them new tokens. Holders of the locked token vote on how "
        "much each gauge gets, which is why projects court or pay those voters.",
        ("vetoken", "bribe", "liquidity-mining"),
    ),
    Entry(
        "bribe",
        "vote incentives (bribes)",
        ("bribe", "bribes", "vote incentive", "vote market", "vote buying"),
        "Bribes are open payments to voters for directing a gauge's rewards to a pool. For a project they can be cheaper than "
        "paying for liquidity itself; for a voter they are most of the yield.",
        ("gauge", "vetoken", "governance"),
    ),
    Entry(
        "restaking",
        "restaking",
        ("re-staking", "avs", "actively validated service", "liquid restaking"),
        "Restaking lets stake that secures one chain also secure other services, for more reward. It adds their rules to "
        "what can be slashed, and the same collateral then stands behind several promises.",
        ("lrt", "slashing", "staking"),
    ),
    Entry(
        "yield-tokenisation",
        "yield tokenisation",
        (
            "principal token",
            "yield token",
            "pt and yt",
            "pendle pt",
            "yield tokenization",
            "fixed yield",
            "yield stripping",
            "fixed rate",
        ),
        "Yield tokenisation splits a yield-bearing token into its principal and its yield until a set day. Buying the "
        "principal below face value fixes a rate; buying the yield is a bet that the rate will be higher.",
        ("apr", "points", "real-yield"),
    ),
    Entry(
        "bonding-curve",
        "bonding curve",
        ("bonding curves", "launchpad curve", "pump.fun curve"),
        "A bonding curve sets a token's price by how many have been sold: each purchase raises it. Launchpads use it to start "
        "trading without a pool, and the first buyers sell into those who come later.",
        ("amm", "meme-coin", "pump-and-dump"),
    ),
    Entry(
        "insurance-fund",
        "insurance in DeFi",
        ("defi insurance", "insurance fund", "cover protocol", "safety module", "smart contract cover"),
        "Cover pays out when a named protocol is exploited, for a yearly premium; a pool of stakers carries it. Exchanges "
        "keep insurance funds for liquidations that end below zero. Read what counts as a claim, and who decides it.",
        ("bad-debt", "exploit", "liquidation"),
    ),
    Entry(
        "prediction-market",
        "prediction market",
        ("prediction markets", "betting market", "event contract"),
        "In a prediction market a share pays one dollar if an event happens, so its price reads as a probability. It is a "
        "rough one: fees, thin books and the time money is tied up all bend it.",
        ("oracle", "liquidity", "arbitrage"),
    ),
)

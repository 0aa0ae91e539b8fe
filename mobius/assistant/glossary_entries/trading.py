"""Trading. Here: orders, venues, derivatives and trades between them. Not here: indicators, measures of risk."""

from __future__ import annotations

from mobius.assistant.glossary_entries.entry import Entry

ENTRIES = (
    Entry(
        "order-book",
        "order book",
        ("orderbook", "limit order book", "bid and ask", "bids and asks", "level 2 book"),
        "An order book lists what people offer to buy, the bids, and to sell, the asks, by price. A trade happens where they "
        "meet; how much waits near the price says how large an order the market can take.",
        ("spread", "liquidity", "limit-order"),
    ),
    Entry(
        "spread",
        "spread",
        ("bid ask spread", "bid-ask spread", "bid/ask spread"),
        "The spread is the gap between the best bid and the best ask, usually in percent of the price. It is what a round "
        "trip costs before fees, and widens when a market is thin or nervous.",
        ("order-book", "market-maker", "slippage"),
    ),
    Entry(
        "slippage",
        "slippage",
        ("slip", "slippage tolerance", "price impact"),
        "Slippage is the difference between the price expected and the price got, because the order itself moves the market "
        "or the market moved meanwhile. On a DEX the tolerance you set is the worst price you accept: too wide invites a "
        "sandwich, too tight makes the trade fail.",
        ("liquidity", "sandwich", "amm"),
    ),
    Entry(
        "limit-order",
        "limit order",
        ("limit buy", "limit sell", "market order", "order types", "limit vs market order"),
        "A limit order trades at your price or better, or not at all. A market order trades at once at whatever the book "
        "offers: certain to fill, uncertain in price.",
        ("order-book", "stop-loss", "maker-taker"),
    ),
    Entry(
        "stop-loss",
        "stop loss",
        ("stop-loss", "stoploss", "stop order", "take profit", "trailing stop", "stop limit"),
        "A stop loss is an order to sell once the price has fallen to a level you chose, to cap a loss. In a fast fall it "
        "fills below that level, since it becomes a market order when touched.",
        ("limit-order", "slippage", "position-sizing"),
    ),
    Entry(
        "maker-taker",
        "maker and taker fees",
        ("maker fee", "taker fee", "maker and taker", "maker taker", "trading fee", "maker vs taker"),
        "A maker's order waits in the book and adds liquidity, a taker's trades at once against it. Exchanges charge makers "
        "less, sometimes nothing.",
        ("limit-order", "order-book", "market-maker"),
    ),
    Entry(
        "market-maker",
        "market maker",
        ("market making", "mm firm", "liquidity provider firm"),
        "A market maker quotes a price to buy and one to sell at all times and lives on the spread, balancing what it holds. "
        "It loses when the market moves one way before it can, which is why spreads widen with volatility.",
        ("spread", "order-book", "amm"),
    ),
    Entry(
        "dca",
        "dollar-cost averaging (DCA)",
        ("dca", "dollar cost averaging", "dollar cost average", "cost averaging", "dca-ing"),
        "DCA is buying the same sum at regular times, whatever the price. It takes the timing out of the decision and evens "
        "out the entry; when a market mostly rises, buying all at once has paid more on average, with a worse worst case.",
        ("volatility", "position-sizing", "rebalancing"),
    ),
    Entry(
        "hodl",
        "HODL",
        ("hold on for dear life", "hodling", "diamond hands", "paper hands"),
        "HODL, a misspelling from a 2013 forum post, means to hold through every fall instead of trading. Diamond hands do "
        "it, paper hands sell early.",
        ("dca", "drawdown", "bull-and-bear"),
    ),
    Entry(
        "long-and-short",
        "long and short",
        ("going long", "going short", "short selling", "shorting", "long position", "short position", "long vs short"),
        "To be long is to gain when the price rises, to be short is to gain when it falls. A short borrows and sells first, "
        "or sells a perpetual; its loss has no upper limit, because a price can rise without one.",
        ("perpetual", "short-squeeze", "leverage"),
        weak=("long", "short"),
    ),
    Entry(
        "leverage",
        "leverage",
        ("margin trading", "leveraged", "leverage trading", "margin", "initial margin", "maintenance margin"),
        "Leverage is trading with more than you own, against a deposit called margin. At 10 times, a move of 10 % against "
        "you is everything you put in, and the position is closed for you a little before that.",
        ("liquidation", "perpetual", "funding-rate"),
    ),
    Entry(
        "liquidation",
        "liquidation",
        ("liquidated", "liquidation price", "get liquidated", "liquidations", "margin call", "rekt"),
        "A liquidation closes a position or sells collateral because what backs it has become too small. On lending "
        "protocols anyone may do it for a bonus taken from the borrower; on exchanges the venue does it, and many at once "
        "push the price further.",
        ("health-factor", "ltv", "leverage"),
    ),
    Entry(
        "perpetual",
        "perpetual future",
        ("perp", "perpetual", "perpetual swap", "perpetual contract", "perps", "perpetual futures"),
        "A perpetual is a future without an end date, the most traded crypto contract. A funding payment between longs and "
        "shorts, often every eight hours, keeps its price near the spot price.",
        ("funding-rate", "basis", "open-interest"),
    ),
    Entry(
        "futures",
        "future",
        ("futures contract", "dated future", "futures", "quarterly future", "cme futures"),
        "A future is an agreement to buy or sell at a set price on a set day. Its price above spot is the basis, which "
        "shrinks to nothing by that day.",
        ("basis", "perpetual", "contango"),
    ),
    Entry(
        "contango",
        "contango and backwardation",
        ("contango", "backwardation"),
        "A market is in contango when futures cost more than spot, and in backwardation when they cost less. Contango is the "
        "usual state in crypto, since people pay to be long with borrowed money.",
        ("basis", "futures", "carry-trade"),
    ),
    Entry(
        "funding-rate",
        "funding rate",
        ("funding", "funding payment", "perp funding", "negative funding"),
        "The funding rate is what longs pay shorts on a perpetual, or the reverse when it is negative. It is charged on the "
        "position's size per interval, mostly eight hours, sometimes one; 0.01 % per eight hours is about 11 % a year.",
        ("perpetual", "basis", "carry-trade"),
    ),
    Entry(
        "basis",
        "basis",
        ("futures basis", "basis trade", "annualised basis", "annualized basis", "futures premium"),
        "The basis is the price of a future minus the spot price, usually as a yearly rate. Buying spot and selling the "
        "future earns it if both legs are held to the end, less costs and margin.",
        ("futures", "carry-trade", "funding-rate"),
    ),
    Entry(
        "carry-trade",
        "cash and carry",
        ("cash-and-carry", "carry trade", "funding arbitrage", "funding rate arbitrage"),
        "In a cash and carry one holds the coin and sells a future or perpetual of the same size, earning basis or funding "
        "whatever the price does. The risks are the venue, margin on the short leg when the price jumps, and rates that turn.",
        ("delta-neutral", "basis", "funding-rate"),
    ),
    Entry(
        "delta-neutral",
        "delta neutral",
        ("delta-neutral", "market neutral", "delta hedged", "delta hedging", "hedge", "hedging"),
        "A delta neutral position gains and loses nothing, to first order, when the price moves: a long leg and a short leg "
        "of the same size. What remains is the income from funding, basis or fees, and the risk that one leg fails.",
        ("carry-trade", "funding-rate", "greeks"),
    ),
    Entry(
        "open-interest",
        "open interest",
        ("oi", "open interests"),
        "Open interest is the sum of all derivative positions that are open. Rising with the price it says that new money "
        "takes positions; a sudden drop means that many were closed, often by force.",
        ("perpetual", "liquidation", "funding-rate"),
    ),
    Entry(
        "short-squeeze",
        "short squeeze",
        ("squeeze", "long squeeze", "short squeezed"),
        "In a short squeeze a rise forces those who are short to buy back, which drives the rise on. Crowded shorts show as "
        "high open interest and negative funding. A long squeeze is the same downwards.",
        ("long-and-short", "liquidation", "open-interest"),
    ),
    Entry(
        "option",
        "option",
        (
            "call option",
            "put option",
            "options trading",
            "calls and puts",
            "call and put",
            "strike price",
            "options contract",
        ),
        "An option is the right, not the duty, to buy (a call) or sell (a put) at a set price until or on a set day. The "
        "buyer can lose only the premium; the seller takes it in and carries the rest.",
        ("implied-volatility", "skew", "greeks"),
        weak=("options",),
    ),
    Entry(
        "greeks",
        "the Greeks",
        ("greeks", "option greeks", "delta", "gamma", "vega", "option theta"),
        "The Greeks say how an option's price reacts: delta to the coin's price, gamma to a change of delta, vega to implied "
        "volatility, theta to a day passing. A seller of options earns theta and is hurt by gamma.",
        ("option", "implied-volatility", "delta-neutral"),
    ),
    Entry(
        "implied-volatility",
        "implied volatility",
        ("iv", "implied vol", "dvol", "vix", "implied vola"),
        "Implied volatility is the yearly movement that option prices assume. 50 % a year is about 2.6 % a day. It usually "
        "stands above what then happens, since sellers want to be paid for the risk.",
        ("volatility", "option", "skew"),
    ),
    Entry(
        "skew",
        "skew",
        ("volatility skew", "25 delta skew", "risk reversal", "volatility smile", "25-delta skew"),
        "Skew is the difference in implied volatility between puts and calls equally far from the price, often at 25 delta. "
        "When puts cost more, people pay up for protection against a fall.",
        ("implied-volatility", "option", "fat-tails"),
    ),
    Entry(
        "arbitrage",
        "arbitrage",
        ("arb", "triangular arbitrage", "cross exchange arbitrage", "cex dex arbitrage"),
        "Arbitrage is buying where something is cheap and selling the same where it is dear. Between venues the gap must "
        "beat two fees, the transfer and its time; a gap that lasts usually means withdrawals are halted.",
        ("spread", "mev", "carry-trade"),
    ),
    Entry(
        "otc",
        "OTC trading",
        ("otc", "over the counter", "otc desk"),
        "OTC trades are agreed between two parties or with a desk, off the order books. Large holders use them so that a big "
        "order does not move the price.",
        ("slippage", "whale", "liquidity"),
    ),
    Entry(
        "whale",
        "whale",
        ("whales", "whale alert", "big holder", "large holder"),
        "A whale is a holder large enough to move a market. A big transfer seen on a chain is often an exchange moving its "
        "own coins, so who stands behind an address matters more than the size.",
        ("otc", "address-label", "liquidity"),
    ),
    Entry(
        "cex-dex",
        "centralised and decentralised exchange",
        (
            "cex",
            "dex",
            "decentralized exchange",
            "decentralised exchange",
            "centralized exchange",
            "cex vs dex",
            "dex vs cex",
            "centralised exchange",
        ),
        "A centralised exchange holds your coins and matches orders on its own books. On a decentralised one, a DEX, you "
        "trade from your own wallet against a contract, and nobody can freeze or lose your deposit but the code.",
        ("amm", "custody", "order-book"),
    ),
    Entry(
        "dex-aggregator",
        "DEX aggregator",
        ("swap aggregator", "aggregator", "smart order routing", "swap router"),
        "A DEX aggregator splits a swap over many pools to get the best price after gas. Some let professional solvers "
        "compete to fill your signed order, which also keeps it out of the public mempool.",
        ("cex-dex", "slippage", "intent"),
    ),
    Entry(
        "intent",
        "intents and solvers",
        ("intents", "solver", "intent based trading", "intent-based"),
        "With an intent you sign what you want, so many of this for at least so many of that, instead of a transaction. "
        "Solvers compete to deliver it and pay the gas themselves; your risk is a poor price, not a failed transaction.",
        ("dex-aggregator", "mev", "permit2"),
        weak=("intent",),
    ),
    Entry(
        "copy-trading",
        "copy trading",
        ("copytrading", "social trading", "mirror trading"),
        "Copy trading repeats another trader's orders in your account. Leaderboards show those who were lucky lately, "
        "copies fill later and worse, and the one who is copied may trade against you.",
        ("slippage", "backtest", "position-sizing"),
    ),
    Entry(
        "pump-and-dump",
        "pump and dump",
        ("pump & dump", "pump n dump", "pumping and dumping"),
        "In a pump and dump a group buys a thin coin, praises it, and sells to those who come late. Signs are a sudden "
        "chorus on social media, few holders and little liquidity.",
        ("rug-pull", "wash-trading", "meme-coin"),
    ),
)

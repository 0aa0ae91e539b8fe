"""Measures of return and risk. Here: what each says and leaves out. Not here: computing them (analytics)."""

from __future__ import annotations

from mobius.assistant.glossary_entries.entry import Entry

ENTRIES = (
    Entry(
        "volatility",
        "volatility",
        (
            "realised volatility",
            "realized volatility",
            "historical volatility",
            "vol",
            "volatile",
            "annualised volatility",
            "annualized volatility",
            "standard deviation",
        ),
        "Volatility is how much a price moves about, usually the standard deviation of its returns scaled to a year. At 60 % "
        "a year an ordinary day moves about 3 %, up or down. It says nothing of direction and changes with time.",
        ("implied-volatility", "drawdown", "var"),
        example="volatility",
    ),
    Entry(
        "sharpe",
        "Sharpe ratio",
        ("sharpe", "sharpe ratios", "risk adjusted return", "risk-adjusted return"),
        "The Sharpe ratio is the return above a safe rate divided by volatility, both per year. Above 1 is good over many "
        "years; over a few months it is mostly luck, and strategies that lose rarely but heavily look better than they are.",
        ("sortino", "volatility", "drawdown"),
    ),
    Entry(
        "sortino",
        "Sortino ratio",
        ("sortino", "downside deviation", "sortino ratios"),
        "The Sortino ratio is like Sharpe's, but counts only movement below a target as risk. It does not punish large gains, "
        "and needs enough bad days in the data to mean anything.",
        ("sharpe", "drawdown", "volatility"),
    ),
    Entry(
        "drawdown",
        "drawdown",
        ("max drawdown", "maximum drawdown", "mdd", "peak to trough", "draw down", "calmar ratio", "calmar"),
        "A drawdown is the fall from the highest point so far. After 50 % down it takes 100 % up to be back. Bitcoin has had "
        "several of more than 70 %, smaller coins mostly do not return.",
        ("volatility", "ath", "cvar"),
    ),
    Entry(
        "var",
        "value at risk (VaR)",
        ("var", "value at risk", "value-at-risk"),
        "VaR is a loss that is exceeded only so often: a weekly 95 % VaR of 1,000 dollars means that about one week in 20 "
        "loses more. It does not say how much more, which is where the trouble is.",
        ("cvar", "volatility", "stress-test"),
    ),
    Entry(
        "cvar",
        "conditional value at risk (CVaR)",
        ("cvar", "conditional value at risk", "expected shortfall", "tail loss"),
        "CVaR, also called expected shortfall, is the average loss in those bad cases that VaR only counts. It sees the tail, "
        "and needs more data to be estimated well.",
        ("var", "fat-tails", "drawdown"),
    ),
    Entry(
        "fat-tails",
        "fat tails",
        ("fat tail", "black swan", "tail risk", "kurtosis"),
        "Fat tails mean that extreme moves happen far more often than a bell curve says. In crypto a day of five standard "
        "deviations comes every year or two, not once in thousands of years.",
        ("cvar", "volatility", "stress-test"),
    ),
    Entry(
        "correlation",
        "correlation",
        ("correlated", "correlation matrix", "correlation coefficient", "uncorrelated"),
        "Correlation says how far two returns move together, from -1 for opposite over 0 for unrelated to 1 for the same. "
        "Most coins are strongly correlated with Bitcoin, and more so in a crash, when spreading would help most.",
        ("beta", "diversification", "volatility"),
    ),
    Entry(
        "beta",
        "beta",
        ("market beta", "beta to btc", "beta to bitcoin"),
        "Beta is how much a coin moves, on average, when the market moves by one: at 1.5 it falls 15 % when the market falls "
        "10 %. In falling markets betas tend to be higher than in rising ones.",
        ("correlation", "alpha", "volatility"),
    ),
    Entry(
        "alpha",
        "alpha",
        ("excess return", "generating alpha", "jensens alpha"),
        "Alpha is return that the market's own movement does not explain. Most of what is sold under the name is beta, luck "
        "or a risk that has not struck yet.",
        ("beta", "sharpe", "backtest"),
    ),
    Entry(
        "diversification",
        "diversification",
        ("diversify", "diversified", "dont put all eggs in one basket"),
        "Diversification is spreading over things that do not fall together. Ten coins that all follow Bitcoin are little "
        "more than one position; different kinds of assets, venues and issuers spread more.",
        ("correlation", "rebalancing", "concentration"),
    ),
    Entry(
        "concentration",
        "concentration",
        ("concentration risk", "top holders", "holder concentration", "herfindahl"),
        "Concentration is how much rests on few: on one coin in a portfolio, on few wallets among a token's holders, on one "
        "operator among validators. Whoever is large can move the price or take part of the system down.",
        ("diversification", "whale", "validator"),
    ),
    Entry(
        "rebalancing",
        "rebalancing",
        ("rebalance", "portfolio rebalancing", "re-balance"),
        "Rebalancing is trading back to chosen weights after prices have moved. It keeps the risk you decided on; the trades "
        "cost fees and may be taxed, so bands or a quarterly rhythm are common.",
        ("diversification", "correlation", "dca"),
    ),
    Entry(
        "position-sizing",
        "position sizing",
        ("position size", "kelly criterion", "kelly", "risk per trade"),
        "Position sizing decides how much to put into one trade, for example so that hitting the stop costs 1 % of what you "
        "have. It matters more than the entry; Kelly's formula gives the size that grows fastest if the odds were known, and "
        "is mostly halved because they are not.",
        ("stop-loss", "leverage", "volatility"),
    ),
    Entry(
        "backtest",
        "backtest",
        (
            "backtesting",
            "back test",
            "overfitting",
            "walk forward",
            "look ahead bias",
            "lookahead bias",
            "out of sample",
            "survivorship bias",
        ),
        "A backtest tries a strategy on past prices. It flatters easily: by knowing what was known only later, by leaving out "
        "coins that died or costs, and by showing the best of many tries. What counts is the result on data kept apart.",
        ("sharpe", "momentum", "technical-analysis"),
    ),
    Entry(
        "stress-test",
        "stress test",
        ("stress testing", "stress scenario", "scenario analysis"),
        "A stress test asks what a portfolio would lose in a given event, such as a past crash or a stablecoin failing. It "
        "gives no odds; it shows which holding would hurt and what would be sold by force.",
        ("var", "fat-tails", "liquidation"),
    ),
    Entry(
        "monte-carlo",
        "Monte Carlo simulation",
        ("monte carlo", "monte-carlo", "simulated paths"),
        "A Monte Carlo simulation draws many random futures from a model and counts how often something happens. It is as "
        "good as the model: with calm assumptions it finds no crashes.",
        ("var", "volatility", "fat-tails"),
    ),
    Entry(
        "conformal",
        "prediction interval",
        ("confidence interval", "prediction band", "conformal prediction", "forecast range", "confidence band"),
        "A prediction interval is a range that should hold the outcome a stated share of the time, such as 8 times in 10. "
        "It can be checked: count how often past ranges held.",
        ("volatility", "backtest", "var"),
    ),
    Entry(
        "pnl",
        "profit and loss (P&L)",
        ("pnl", "p&l", "profit and loss", "unrealised pnl", "unrealized pnl", "realised pnl", "cost basis", "fifo"),
        "P&L is what a position gained or lost against what it cost. It is unrealised until sold, and depends on which coins "
        "count as sold first: FIFO and average cost give different figures, also for tax.",
        ("drawdown", "rebalancing", "volatility"),
    ),
)

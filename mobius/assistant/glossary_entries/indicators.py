"""Technical indicators. Here: what each measures and how it is commonly read. Not here: computing them (analytics)."""

from __future__ import annotations

from mobius.assistant.glossary_entries.entry import Entry

ENTRIES = (
    Entry(
        "technical-analysis",
        "technical analysis",
        ("ta", "chart analysis", "technicals", "technical indicator"),
        "Technical analysis reads past prices and volumes for hints about the next ones. Indicators describe what happened "
        "in a tidy way; whether one foretells anything has to be tested on data it has not seen, after costs.",
        ("rsi", "moving-average", "backtest"),
    ),
    Entry(
        "candlestick",
        "candlestick",
        ("candle", "candlestick chart", "ohlc", "ohlcv", "candle chart", "wick"),
        "A candle sums up one span of time by four prices: open, high, low and close. The body runs from open to close, the "
        "wicks to high and low. The newest candle is still open and can change.",
        ("technical-analysis", "volume", "support-resistance"),
    ),
    Entry(
        "support-resistance",
        "support and resistance",
        ("support level", "resistance level", "support and resistance level", "support vs resistance"),
        "Support is a price at which falls have stopped before, resistance one at which rises have. They matter as far as "
        "people remember them; a break that holds for some bars is read as a change of mind.",
        ("candlestick", "technical-analysis", "breakout"),
        weak=("support", "resistance"),
    ),
    Entry(
        "breakout",
        "breakout",
        ("break out", "false breakout", "fakeout", "donchian channel"),
        "A breakout is a move beyond a range that held for a while, such as the highest price of 20 days. Many fail at once; "
        "those that do not make up the trends that followers of breakouts live on.",
        ("support-resistance", "momentum", "atr"),
    ),
    Entry(
        "momentum",
        "momentum",
        ("momentum strategy", "trend following", "rate of change", "roc"),
        "Momentum is the tendency of what rose to keep rising for a while. It is one of the best documented effects in many "
        "markets, with long stretches of small losses and sharp reversals.",
        ("moving-average", "mean-reversion", "adx"),
    ),
    Entry(
        "mean-reversion",
        "mean reversion",
        ("mean reverting", "reversion to the mean", "mean-reversion"),
        "Mean reversion is the bet that a price far from its average comes back. It wins often and a little, and loses "
        "rarely and much, when the average is what moves.",
        ("bollinger", "momentum", "rsi"),
    ),
    Entry(
        "rsi",
        "relative strength index (RSI)",
        ("rsi", "relative strength index", "overbought", "oversold", "rsi divergence"),
        "RSI sets recent rises against recent falls, usually over 14 bars, on a scale from 0 to 100. Above 70 is called "
        "overbought and below 30 oversold, yet in a strong trend it can stay there for weeks.",
        ("stochastic", "mean-reversion", "macd"),
    ),
    Entry(
        "macd",
        "MACD",
        ("moving average convergence divergence", "macd histogram", "macd crossover", "signal line"),
        "MACD is a fast exponential average minus a slow one, usually of 12 and 26 bars, with a 9-bar average of itself as "
        "signal line. Crossing above the signal line is read as gaining momentum. It follows the price and is late by "
        "construction.",
        ("moving-average", "momentum", "rsi"),
    ),
    Entry(
        "bollinger",
        "Bollinger bands",
        ("bollinger band", "bollinger", "bbands", "boll bands", "bollingers"),
        "Bollinger bands are a 20-bar average with lines two standard deviations above and below. They widen with "
        "volatility; a close outside them is unusual, and may equally begin a trend or end one.",
        ("volatility", "mean-reversion", "moving-average"),
    ),
    Entry(
        "moving-average",
        "moving average",
        (
            "sma",
            "ema",
            "simple moving average",
            "exponential moving average",
            "200 day moving average",
            "200dma",
            "200 dma",
            "moving averages",
            "sma vs ema",
        ),
        "A moving average is the mean of the last so many closes, redrawn each bar; the exponential kind weighs newer ones "
        "more. Price above the 200-day average is a common, rough sign of an uptrend.",
        ("golden-cross", "macd", "momentum"),
    ),
    Entry(
        "golden-cross",
        "golden cross and death cross",
        ("golden cross", "death cross", "goldencross", "moving average crossover", "ma cross"),
        "A golden cross is the 50-day average rising above the 200-day one, a death cross the reverse. Both come long after "
        "the turn, and there have been too few to prove much.",
        ("moving-average", "momentum", "backtest"),
    ),
    Entry(
        "atr",
        "average true range (ATR)",
        ("atr", "average true range", "true range"),
        "ATR is the average distance a bar travels, gaps included, usually over 14 bars. It is used to set stops and sizes "
        "by how much a coin normally moves.",
        ("volatility", "stop-loss", "position-sizing"),
    ),
    Entry(
        "adx",
        "average directional index (ADX)",
        ("adx", "average directional index", "directional movement", "dmi"),
        "ADX says how strong a trend is, not which way it goes, from 0 to 100. Above 25 is commonly read as a trend, below "
        "20 as none.",
        ("momentum", "atr", "moving-average"),
    ),
    Entry(
        "obv",
        "on-balance volume (OBV)",
        ("obv", "on balance volume", "on-balance volume"),
        "OBV adds a bar's volume when the price closed higher and subtracts it when lower. Its level means nothing by "
        "itself; people watch whether it rises with the price or not.",
        ("volume", "vwap", "momentum"),
    ),
    Entry(
        "vwap",
        "volume-weighted average price (VWAP)",
        ("vwap", "volume weighted average price", "volume-weighted average price", "twap"),
        "VWAP is the average price paid, each trade weighted by its size. Large orders are judged by it; TWAP is the same by "
        "time instead of volume, and some oracles use it because it is harder to push.",
        ("volume", "oracle", "slippage"),
    ),
    Entry(
        "stochastic",
        "stochastic oscillator",
        ("stochastic", "stoch", "stochastics", "stoch rsi", "stochastic rsi"),
        "The stochastic shows where the close stands in the range of the last 14 bars or so, from 0 at the low to 100 at the "
        "high. Above 80 and below 20 are read like RSI's 70 and 30.",
        ("rsi", "mean-reversion", "support-resistance"),
    ),
    Entry(
        "ichimoku",
        "Ichimoku cloud",
        ("ichimoku", "kumo", "tenkan", "kijun", "ichimoku kinko hyo"),
        "Ichimoku draws five lines from mid-ranges of 9, 26 and 52 bars; two of them, shifted ahead, enclose the cloud. "
        "Price above the cloud is read as an uptrend, inside it as undecided.",
        ("moving-average", "support-resistance", "momentum"),
    ),
    Entry(
        "fibonacci",
        "Fibonacci retracement",
        ("fibonacci", "fib levels", "fib retracement", "fib"),
        "Fibonacci retracements mark shares of a past move, 38.2 %, 50 % and 61.8 %, as places where a pullback might end. "
        "Tests find them no better than other levels; they work as far as many look at them.",
        ("support-resistance", "technical-analysis", "backtest"),
    ),
    Entry(
        "divergence",
        "divergence",
        ("bullish divergence", "bearish divergence", "price divergence"),
        "A divergence is a price making a new high or low that an indicator does not confirm. It is easily seen in "
        "hindsight; while it forms there are many that come to nothing.",
        ("rsi", "macd", "backtest"),
    ),
)

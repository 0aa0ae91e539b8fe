"""Numbers from columns. Here: returns, volatility, drawdown, indicators, levels; pure. Not here: facts, words, charts."""

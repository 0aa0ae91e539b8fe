"""Technical indicators, one family a file. Here: columns in, columns out, NaN until warm. Not here: what a value says.

Every function takes finite float64 columns of shape (n_bars,), oldest first, and returns columns of the same shape that are
NaN while too few bars were seen; no bars give no values. A NaN or an infinity among prices is BadParameter, as is a window
under its least length. Only volumes may be NaN (a venue that gives none). TA-Lib is loaded at the first call: its import costs
a quarter of a second.
"""

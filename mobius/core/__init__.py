"""The words every other room speaks: assets, candles, facts, answers, ports and the error tree. No I/O, no clock."""

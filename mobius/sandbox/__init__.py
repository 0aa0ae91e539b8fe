"""The simulated world: a seeded market that speaks the providers' own wire formats over loopback HTTP.

Here, bottom up: draws, catalogue, paths (the hourly state), bars, market (minutes and seconds), world, venues, aggregator, wire
(one provider, one file), limits, faults, clock, server, and `python -m mobius.sandbox`. Not here: the sources that ask it; the
two follow the providers' contracts apart from each other. Nothing is imported by this package itself: numpy and aiohttp load
only when a world is started.
"""

"""Möbius: an AI research assistant for crypto and DeFi that you run yourself."""

__version__ = "0.1.0"

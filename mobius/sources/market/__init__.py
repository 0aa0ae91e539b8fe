"""Prices and market data: trading venues and aggregators."""

"""The cache tiers: memory, and a file that survives a restart. Public replies only; what is private is sealed by callers."""

"""Compound v3 as it is read: calls to its Comets over a public node of each chain.

Here: which chains have one. Not here: what a node answers (sandbox.node), the Comets (sandbox.chain_contracts).
"""

from __future__ import annotations

from mobius.sandbox.node import provider

PROVIDERS = tuple(provider(f"compound_{chain}", chain) for chain in ("ethereum", "arbitrum", "optimism", "polygon"))

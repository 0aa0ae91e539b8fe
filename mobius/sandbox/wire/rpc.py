"""Public nodes of the chains (`ethereum-rpc.publicnode.com` and the like): JSON-RPC 2.0 by POST, one or a batch.

Here: which there are. Not here: what they answer (sandbox.node).
"""

from __future__ import annotations

from mobius.sandbox.gas import PACES
from mobius.sandbox.node import provider

PROVIDERS = tuple(provider(f"rpc_{chain}", chain) for chain in PACES)

"""Names of chains and protocols at the providers."""

from __future__ import annotations

from mobius.core.protocols import CHAINS, PROTOCOLS
from mobius.core.provider_names import CHAIN_NAMES, CHAIN_OF_DEFILLAMA, DEFILLAMA_SLUGS, defillama_slugs


def test_every_name_belongs_to_a_chain_or_protocol_of_ours() -> None:
    assert CHAIN_NAMES.keys() <= CHAINS.keys()
    assert DEFILLAMA_SLUGS.keys() <= PROTOCOLS.keys()


def test_names_lead_back() -> None:
    assert CHAIN_OF_DEFILLAMA["OP Mainnet"] == CHAIN_OF_DEFILLAMA["Optimism"] == "optimism"
    assert defillama_slugs("gmx") == ("gmx",)

"""Chains: nodes, explorers, indexers, second opinions on contracts."""

from mobius.core.sources import Need

NEEDS: tuple[Need, ...] = (
    "rpc", "fee_history", "multicall", "logs", "data_fee", "bitcoin_fees", "gas_oracle", "native_balance", "account_history",
    "transaction", "withdrawals", "block_at", "verified_source", "contract_origin", "token_transfers", "token_holders",
    "token_balances", "token_supply", "token_price", "token_price_history", "token_security", "honeypot", "sql", "subgraph",
)  # fmt: skip
"""What the sources of this folder serve."""

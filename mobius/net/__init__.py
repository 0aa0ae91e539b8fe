"""HTTP to the sources: small wrappers over one interface (`core.ports.Http`), stacked in `app/stacks.py`.

From the outside in: `Cached` › `Traced` › `Breaker` › `Retried` › `Hedged` › `Limited` › `Capped` › `Pool`. Each takes `inner`
and can be left out.
"""

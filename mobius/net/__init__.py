"""HTTP to the sources: small wrappers over one interface (`core.ports.Http`), stacked in `app.py`.

From the outside in: `Cached` › `Traced` › `Breaker` › `Retried` › `Limited` › `Pool`. Each takes `inner` and can be left out.
"""

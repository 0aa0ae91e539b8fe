"""How the database came to its present shape, step by step. Run by `mobius.store.database.upgrade`, never by hand."""

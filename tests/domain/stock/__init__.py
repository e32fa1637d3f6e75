"""Products, balances and the ledger."""

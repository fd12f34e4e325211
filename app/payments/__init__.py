"""Money per order, as an append-only ledger."""

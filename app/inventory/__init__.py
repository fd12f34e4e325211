"""Stock: sites, levels, the append-only ledger of movements, allocations."""

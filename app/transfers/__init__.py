"""Transfers: goods on their way from one site to another, and the ledger of what became of them."""

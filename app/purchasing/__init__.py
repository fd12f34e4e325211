"""Buying: suppliers, purchase orders, what suppliers announce, what came in."""

"""Orders: what was asked, what became of it, what stops it."""

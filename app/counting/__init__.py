"""Cycle counts: what is due, what was counted, and what that means for the books."""

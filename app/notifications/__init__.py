"""Notifications: what we told whom, and what became of it."""

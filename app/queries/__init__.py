"""Joined reads for pages."""

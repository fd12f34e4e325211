"""Vendors of channels."""

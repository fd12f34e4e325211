"""Use cases that need two packages or more."""

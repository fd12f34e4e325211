"""The laptop default: PostgreSQL and Valkey from installed wheels, run safely under one folder."""

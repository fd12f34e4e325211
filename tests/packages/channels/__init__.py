"""People, keys and sessions."""

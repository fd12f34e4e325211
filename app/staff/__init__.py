"""People who work here: users, roles, sites, sessions, keys."""

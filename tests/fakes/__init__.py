"""Stand-ins for the outside that keep books of their own."""

"""Where we deliver to, at which tax."""

"""Stock against a model of it in plain Python."""

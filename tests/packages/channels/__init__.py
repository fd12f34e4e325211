"""Where orders come from, and what channels are told."""

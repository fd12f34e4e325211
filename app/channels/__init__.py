"""Where orders come from, and what each such place allows."""

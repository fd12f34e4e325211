"""What the API offers of transfers."""

"""What every package may use; knows no domain."""

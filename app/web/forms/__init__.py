"""What people may send; a field that no form names is ignored and written to the log."""

"""Files that people bring: read, matched to our fields, repaired, checked, taken in, and taken back."""

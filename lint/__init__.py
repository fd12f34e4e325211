"""What ``make lint`` runs, and the rules of our own."""

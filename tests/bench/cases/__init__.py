"""One module per case or family of cases; ``tests.bench`` says what one holds."""

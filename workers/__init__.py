"""What runs beside the web: relay, workers, scheduler. Rows in PostgreSQL say what is to be done."""

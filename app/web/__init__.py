"""Pages and the API: the only floor that knows Flask, besides the factory and the commands."""

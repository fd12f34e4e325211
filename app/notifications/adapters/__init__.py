"""Ways of handing a mail over."""

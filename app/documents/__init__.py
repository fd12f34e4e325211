"""Documents: frozen values in, PDF bytes out; no session, no clock, nothing read from outside."""

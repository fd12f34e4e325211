"""One installation on one machine: starts everything, watches over it, stops it, empties it."""

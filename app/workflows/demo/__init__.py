"""A demo company from a seed: the same shop every time, made through the verbs that real work uses."""

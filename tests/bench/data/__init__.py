"""A large, plausible company: set-based SQL for the past, the verbs themselves for today."""

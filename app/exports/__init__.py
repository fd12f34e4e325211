"""Files that people take away: asked for, made in the background, kept for a week, forgotten."""

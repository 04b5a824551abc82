"""Progress: what a child gained in a year, and everything of theirs by day."""

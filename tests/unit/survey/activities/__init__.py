"""Activities with children."""

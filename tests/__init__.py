"""Everything that is held by a test."""

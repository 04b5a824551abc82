"""Results: a child's position in a subject at an assessment point."""

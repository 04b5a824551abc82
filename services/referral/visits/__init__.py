"""Visits to a supported child, by school week."""

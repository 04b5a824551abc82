"""Hostile events and legal disorder: the facts are those of a clean log."""

"""Banding schemes: one file each, and what may stand in it."""

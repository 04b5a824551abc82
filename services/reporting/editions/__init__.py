"""Editions: a year's report as it was drafted, reviewed, signed and frozen."""

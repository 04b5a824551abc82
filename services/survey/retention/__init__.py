"""Retention: the returns of past years lose what says whose they are, and their numbers stay."""

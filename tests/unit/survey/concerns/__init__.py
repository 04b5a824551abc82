"""Tests of safeguarding concerns."""

"""Tests of the survey service on its own."""

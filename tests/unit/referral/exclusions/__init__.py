"""Tests of exclusions."""

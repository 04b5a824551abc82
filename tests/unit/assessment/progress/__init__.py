"""Tests of a child's progress."""

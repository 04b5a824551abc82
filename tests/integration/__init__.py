"""Tests that need the servers of the real world."""

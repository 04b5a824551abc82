"""Tests of how the servers are started and stopped."""

"""Tests of teams and staff."""

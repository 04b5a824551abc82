"""Tests of parents."""

"""Tests of children and their plans."""

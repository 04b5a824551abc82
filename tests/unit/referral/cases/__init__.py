"""Tests of cases and what is recorded of them."""

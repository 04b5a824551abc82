"""Tests of open links and of what comes by them."""

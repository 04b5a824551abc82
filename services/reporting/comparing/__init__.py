"""Comparing: a figure over years, and populations beside one another."""

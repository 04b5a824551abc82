"""Tests: unit/reporting."""

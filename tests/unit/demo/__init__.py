"""Tests: unit/demo."""

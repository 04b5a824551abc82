"""Tests of personal links and their pages."""

"""Tests of complaints, compliments and register checks."""

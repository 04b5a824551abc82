"""Tests of the assessment service on its own."""

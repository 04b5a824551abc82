"""Tests of the page for ticket codes."""

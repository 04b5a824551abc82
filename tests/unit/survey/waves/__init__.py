"""Tests of waves and their recipients."""

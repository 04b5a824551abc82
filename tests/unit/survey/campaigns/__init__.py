"""Tests of campaigns and their messages."""

"""Tests of messages to people and their ways out."""

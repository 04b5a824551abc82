"""Tests of judgements and dialogues."""

"""Restores, moves and lost topics, from beginning to end, as docs/operations.md tells them."""

"""Planted bugs, one patch each: proof that the tests catch what they are there to catch."""

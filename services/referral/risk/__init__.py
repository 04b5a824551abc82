"""Judgements of a supported child's risk of exclusion."""

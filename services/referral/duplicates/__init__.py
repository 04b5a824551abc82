"""Records that are likely of one child or one person: proposed, and decided by a person."""

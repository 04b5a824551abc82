"""Paper: its codes, its keying and the documents."""

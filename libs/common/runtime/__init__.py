"""A service at work: its manifest, its settings, its process."""

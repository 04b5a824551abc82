"""Personal links: what a recipient opens, and the pages on which they answer."""

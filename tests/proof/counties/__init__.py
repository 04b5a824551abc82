"""Counties beside the published one, and what a changed record changes."""

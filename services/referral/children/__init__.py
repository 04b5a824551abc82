"""Children, with their parents and plans."""

"""The same command as it is commonly written elsewhere, to measure ours beside."""

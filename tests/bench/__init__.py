"""What is measured of speed: each figure beside the least that could do the same work."""

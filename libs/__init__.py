"""Code the four services share."""

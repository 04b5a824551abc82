"""Values that were published before there was this product: as printed, and not recomputed."""

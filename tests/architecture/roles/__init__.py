"""Every operation, role and relation: what the domain brief allows against what is answered."""

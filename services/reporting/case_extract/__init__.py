"""The case extract: one pseudonymous row a case, with the first day of each stage."""

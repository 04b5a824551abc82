"""Cases: the caseload, from the first day of support to the last."""

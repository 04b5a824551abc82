"""The audit's seal: rows chained by a key the database does not hold, so that a change shows."""

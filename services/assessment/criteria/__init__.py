"""Progress criteria: how progress is judged in a year."""

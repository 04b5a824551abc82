"""Waves: a questionnaire sent to an audience, and whom it was sent to."""

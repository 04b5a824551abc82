"""Feedback: the registers of complaints and compliments, and their checks."""

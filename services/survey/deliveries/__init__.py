"""Deliveries: courses, SENCO networks and bespoke work, and their ratings."""

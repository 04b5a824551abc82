"""Lineage: what a figure rests on, to the event, and which figures an event touched."""

"""Exclusions and suspensions by schools."""

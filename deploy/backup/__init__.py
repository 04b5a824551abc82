"""Backups of all services at one moment, and restores that are checked: both worlds."""

"""What a person on duty sees: logs, metrics, and why a server was not reached."""

"""How the services are put together, started, filled and proved."""

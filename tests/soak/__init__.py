"""The large counts of what `make test` does a little of; bounded, and no time is asserted."""

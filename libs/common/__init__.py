"""The machinery the four services stand on: transactions, events, the bus, HTTP and identity."""

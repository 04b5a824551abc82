"""Events on their way: the bus, the relay, the consumer, dead letters."""

"""The bus: an interface, and two that serve it: a local log and Apache Kafka."""

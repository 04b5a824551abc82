"""The real world's servers, PostgreSQL and Apache Kafka, on this machine and without containers."""

"""What is promised holds when processes, brokers and databases fail at any point."""

"""Servers that speak TLS and ask who comes: what is let in, and what is refused."""

"""Tests of deliveries and ratings."""

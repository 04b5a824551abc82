"""Tests of returns that are made anonymous once their time is up."""

"""Campaigns: waves sent together, the messages to those who are asked, and how far it has got."""

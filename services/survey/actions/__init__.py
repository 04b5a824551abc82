"""Actions: what is done about what somebody asked for in an answer, and what they are told."""

"""Windows: until when the results of each term of a year are taken."""

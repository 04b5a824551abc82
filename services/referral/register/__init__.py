"""The national register read in: extracts and links, and children who follow their school."""

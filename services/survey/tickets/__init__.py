"""The page on which whoever has a ticket code reads what became of what they wrote."""

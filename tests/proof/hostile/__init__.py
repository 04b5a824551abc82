"""What hostile or careless callers and publishers send: the right answer, and nothing lost."""

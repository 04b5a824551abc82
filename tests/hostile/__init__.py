"""What hostile or careless callers send, case by case: the right refusal, and nothing stored."""

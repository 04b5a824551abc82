"""Teams, and the teaching staff in them."""

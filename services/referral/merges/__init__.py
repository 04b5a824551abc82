"""Two records of one child or one person, counted and asked as one; and parted again."""

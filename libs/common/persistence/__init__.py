"""A service's database: rows as objects, the unit of work, migrations."""

"""Tables as a database of an earlier version has them."""

from typing import cast

from sqlalchemy import Column, MetaData, Table, inspect

from libs.common.persistence.db import Base, Database


async def as_then(database: Database, kind: Table | type[Base]) -> Table:
    """Return a table with the columns that it has in this database, and no defaults."""
    table = kind if isinstance(kind, Table) else cast("Table", kind.__table__)
    async with database.reading() as connection:
        found = await connection.run_sync(lambda on: inspect(on).get_columns(table.name))
    there = {column["name"] for column in found}
    return Table(
        table.name, MetaData(), *(Column(c.name, c.type) for c in table.c if c.name in there)
    )

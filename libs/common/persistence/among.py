"""The condition that columns have one of many values: one parameter, however many they are.

A parameter for each value makes a statement for each number of values, which SQLAlchemy, the driver
and the database put together anew. PostgreSQL takes an array a column, SQLite JSON.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, any_, bindparam, func, select, tuple_
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import String, TypeDecorator

from libs.common.persistence.upserts import unnested

Values = Sequence[Sequence[Any]]


class _AsJson(TypeDecorator[Values]):
    """Rows of values of some columns, each as SQLite keeps it."""

    impl = String
    cache_ok = True

    def __init__(self, *columns: Column[Any]) -> None:
        super().__init__()
        self.columns = columns

    def process_bind_param(self, value: Values | None, dialect: Any) -> str:
        """Write them down."""
        kept = [
            column.type.dialect_impl(dialect).bind_processor(dialect) for column in self.columns
        ]
        return json.dumps(
            [
                [keep(one) if keep else one for keep, one in zip(kept, row, strict=True)]
                for row in value or ()
            ]
        )


def among(columns: Sequence[Column[Any]], *, is_sqlite: bool) -> ColumnElement[bool]:
    """Return the condition; `among_parameters` are its parameters."""
    key: Any = columns[0] if len(columns) == 1 else tuple_(*columns)
    if is_sqlite:
        sent = bindparam("are", type_=_AsJson(*columns))
        row = func.json_each(sent).table_valued("value").c.value
        parts = (func.json_extract(row, f"$[{place}]") for place in range(len(columns)))
        return key.in_(select(*parts))  # type: ignore[no-any-return]  # of either kind of key
    if len(columns) == 1:
        array = bindparam("are_0", type_=postgresql.ARRAY(columns[0].type))
        return columns[0] == any_(array)
    parts_ = (unnested(column, f"are_{place}") for place, column in enumerate(columns))
    return key.in_(select(*parts_))  # type: ignore[no-any-return]


def among_parameters(values: Values, *, is_sqlite: bool) -> dict[str, Any]:
    """Return the parameters of that condition for these rows of values, of which there are some."""
    if is_sqlite:
        return {"are": values}
    return {f"are_{place}": [*column] for place, column in enumerate(zip(*values, strict=True))}

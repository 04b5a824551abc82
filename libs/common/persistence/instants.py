"""The database's own clock: what runs out is judged by it, whatever a process's own says."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from libs.common.persistence.db import Timestamp


class database_now(FunctionElement[datetime]):  # noqa: N801 - read as a function of SQL
    """The instant at which a statement is carried out, to the millisecond at the least."""

    type = Timestamp()
    inherit_cache = True


@compiles(database_now, "postgresql")
def _postgresql(*_: Any, **__: Any) -> str:
    return "clock_timestamp()"


@compiles(database_now, "sqlite")
def _sqlite(*_: Any, **__: Any) -> str:
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"  # as SQLAlchemy writes an instant

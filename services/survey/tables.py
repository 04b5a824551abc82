"""The declarative base from which every table of the survey service derives."""

from typing import Final

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.imports import add_import_tables
from libs.common.messages import add_message_table
from libs.common.persistence.db import Aggregate, Base, tables

metadata = tables()
add_import_tables(metadata)

message: Final = add_message_table(metadata)
"""The outbox: messages of campaigns, and alerts of concerns, whose ``about`` is the concern."""


class Owned(Base, kw_only=True):
    """Every table of the survey service's own derives from this."""

    __abstract__ = True
    metadata = metadata


class Referenced(Aggregate, kw_only=True):
    """An aggregate that is known by a reference: whoever records it again names the same one."""

    reference: Mapped[str] = mapped_column(String(64), unique=True)

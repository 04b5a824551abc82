"""The declarative base of what reporting keeps of its own, beside the read model.

The facts can be read from the log again; these records cannot. No rebuild touches them.
"""

from libs.common.persistence.db import Base, tables

metadata = tables()


class Owned(Base, kw_only=True):
    """Every table of the reporting service's own records derives from this."""

    __abstract__ = True
    metadata = metadata

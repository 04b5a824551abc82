"""The declarative base from which every table of the assessment service derives."""

from libs.common.imports import add_import_tables
from libs.common.persistence.db import Base, tables

metadata = tables()
add_import_tables(metadata)


class Owned(Base, kw_only=True):
    """Every table of the assessment service's own derives from this."""

    __abstract__ = True
    metadata = metadata

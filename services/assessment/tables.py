"""The declarative base from which every table of the assessment service derives."""

from libs.common.persistence.db import Base, tables

metadata = tables()


class Owned(Base, kw_only=True):
    """Every table of the assessment service's own derives from this."""

    __abstract__ = True
    metadata = metadata

"""The declarative base of the referral service's own tables."""

from libs.common.imports import add_import_tables
from libs.common.persistence.db import Base, tables

metadata = tables()
add_import_tables(metadata)


class Owned(Base, kw_only=True):
    """Every table of the referral service derives from this."""

    __abstract__ = True
    metadata = metadata


def folded(reference: str) -> str:
    """Return a reference without case and blanks: those alone are seldom what two differ by."""
    return "".join(reference.split()).lower()

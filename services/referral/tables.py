"""The declarative base of the referral service's own tables."""

from libs.common.persistence.db import Base, tables

metadata = tables()


class Owned(Base, kw_only=True):
    """Every table of the referral service derives from this."""

    __abstract__ = True
    metadata = metadata


def folded(reference: str) -> str:
    """Return a reference without case and blanks: those alone are seldom what two differ by."""
    return "".join(reference.split()).lower()

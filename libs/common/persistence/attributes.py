"""Mapped attributes that are read and set where they lie: in the object's own dictionary.

SQLAlchemy's call a function of Python's for every look, and note each change for its session, which
is not used (ADR 24).
"""

from typing import Any

from sqlalchemy.orm import InstrumentedAttribute, class_mapper
from sqlalchemy.orm.interfaces import DONT_SET
from sqlalchemy.sql.schema import ScalarElementColumnDefault


class Lying:
    """What a class has in place of SQLAlchemy's attribute, which it still gives for queries.

    It has no ``__set__``, so that what lies in an object's dictionary is found before it is asked.
    A default that was not asked for yet, as of a new version, is SQLAlchemy's to give.
    """

    def __init__(self, mapped: InstrumentedAttribute[Any]) -> None:
        self.mapped = mapped

    def __get__(self, thing: object | None, kind: type[Any]) -> Any:
        """Return the class's attribute or, of an object, its default."""
        return self.mapped.__get__(thing, kind)


def lay_down(kind: type[Any]) -> None:
    """Have the attributes of a mapped class be such, and a new object have its defaults at once."""
    found = {n: one for n, one in vars(kind).items() if isinstance(one, InstrumentedAttribute)}
    for name, mapped in found.items():
        type.__setattr__(kind, name, Lying(mapped))
    if found:
        init: Any = kind.__init__
        init.__kwdefaults__ = {
            name: _said(kind, name) if default is DONT_SET else default
            for name, default in (init.__kwdefaults__ or {}).items()
        }


def _said(kind: type[Any], name: str) -> Any:
    """Return the default that a column says."""
    default = class_mapper(kind, configure=False).columns[name].default
    return default.arg if isinstance(default, ScalarElementColumnDefault) else None

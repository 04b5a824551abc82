"""Which rows a caller may see: a service's conditions, by the classes of its tables."""

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, false, true

from libs.common.persistence.db import Aggregate, Base
from libs.common.persistence.uow import Access, Visible

Conditions = Mapping[type[Base], Callable[[Access], ColumnElement[bool]]]
"""For each class, the condition that its rows fulfil which the caller may see."""


def visible_by(conditions: Conditions) -> Visible:
    """Return the one place where a caller is held to their own: items and lists both ask it.

    Who reaches the whole county sees every row. Nobody else sees an aggregate that has no
    condition; what is no aggregate is part of one, and seen with it.
    """

    def visible(access: Access, kind: type[Base]) -> ColumnElement[bool]:
        if access.everything:
            return true()
        if kind in conditions:
            return conditions[kind](access)
        return false() if issubclass(kind, Aggregate) else true()

    return visible

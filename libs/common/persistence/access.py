"""Who asks for what: how far one caller reaches with one action, and in which request."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement

from libs.common.persistence.db import Base
from libs.common.security import Actor, Grants, Reach, reaches


@dataclass(frozen=True)
class Access:
    """What one caller may reach with one action: asked of every row that is read or changed."""

    actor: Actor
    action: str
    reaches: frozenset[Reach]
    today: date

    grants: Grants = field(default_factory=dict, compare=False, repr=False)
    """What else the caller may do here, and how far that reaches."""

    def taking(self, action: str) -> "Access":
        """Return how far the same caller reaches with another action."""
        return replace(self, action=action, reaches=reaches(self.grants, self.actor, action))

    @property
    def everything(self) -> bool:
        """Whether the whole county may be reached, so that no row needs asking."""
        return Reach.COUNTY in self.reaches


# Given who asks and a class, the condition that the rows they may see fulfil. What is no aggregate
# is part of one, and seen with it.
Visible = Callable[[Access, type[Base]], ColumnElement[bool]]


@dataclass(frozen=True)
class RequestContext:
    """Who asks for what, and which request it is: what audit, events and idempotency record."""

    access: Access
    request_id: str = ""
    traceparent: str = ""
    recorded_at: datetime | None = None
    """When the county recorded it, where that is told; otherwise it is recorded now."""
    precondition: Callable[[int | None, bool], None] | None = None
    """Raises PreconditionFailed unless the version that is there, or None, is as asked."""

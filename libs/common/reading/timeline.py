"""The time line of a child in one service: what took place, by day, each with its record.

Every service has the same shape, so that a client lays them beside one another by day and has
support and results on one line.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from pydantic import BaseModel

Said = str | int | bool | None
"""A code, a number, a flag or a day as text: never a name or free text."""


class Moment(BaseModel):
    """What took place on a day: the kind of its record, as in its address, and codes."""

    on: date
    kind: str
    what: str
    record_id: UUID
    link: str
    says: dict[str, Said]


class Timeline(BaseModel):
    """What took place with a child, the first first, of what the caller may see."""

    child_id: UUID
    items: list[Moment]


def timeline(child_id: UUID, moments: Iterable[Moment]) -> Timeline:
    """Return moments in their order: by day and, of one day, by kind and record."""
    ordered = sorted(moments, key=lambda one: (one.on, one.kind, one.what, str(one.record_id)))
    return Timeline(child_id=child_id, items=ordered)

"""The time line of a child in one service: what took place, by day, each with its record.

Every service has the same shape, so that a client lays them beside one another by day and has
support, results and questionnaires on one line.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel


class EntryView(BaseModel):
    """What took place on a day: what it was, the record it is of, and its code where it has one."""

    on: date
    what: str
    thing: str
    id: UUID
    code: str | None


class TimelineView(BaseModel):
    """A child's time line, the first day first; ``withheld`` names what the caller may not see."""

    child_id: UUID
    entries: list[EntryView]
    withheld: list[str]

    @classmethod
    def of(
        cls, child_id: UUID, entries: Iterable[EntryView], withheld: Sequence[str] = ()
    ) -> "TimelineView":
        """Show entries in their order: by day, by what it was, by record."""
        ordered = sorted(entries, key=lambda entry: (entry.on, entry.what, entry.id))
        return cls(child_id=child_id, entries=ordered, withheld=list(withheld))

"""Members of a population: rows of facts, and what is made of them.

They are structs that the garbage collector need not look into, for a report has thousands of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Self

from msgspec import Struct

EVENT = "event_"
"""With this begins the column of a row that holds the event a fact rests on."""


class Member(Struct, frozen=True, gc=False):
    """One that may be counted: ``who`` it is of, and the ``day`` that says who held them."""

    who: Any
    day: date

    @property
    def has(self) -> Any:
        """What a figure looks at."""
        raise NotImplementedError

    @property
    def events(self) -> Mapping[str, Sequence[Any]]:
        """The events that it rests on, by fact; a total does not ask for them."""
        raise NotImplementedError


class Row(Member, frozen=True, gc=False):
    """A row of facts, of which each query has a class of its own; it has what its columns say."""

    @property
    def has(self) -> Self:
        """The row itself."""
        return self

    @property
    def events(self) -> Mapping[str, Sequence[Any]]:
        """The event of each fact that is joined in it; of one that is not there, none."""
        named = (name for name in self.__struct_fields__ if name.startswith(EVENT))
        found = {name.removeprefix(EVENT): getattr(self, name) for name in named}
        return {fact: (event,) for fact, event in found.items() if event is not None}


class Made(Member, frozen=True, gc=False):
    """A member made of others, whose events it rests on; one that is missing is None."""

    has: Any
    of: Sequence[Member | None] = ()

    @property
    def events(self) -> Mapping[str, Sequence[Any]]:
        """The events of all that it is made of."""
        found: dict[str, list[Any]] = defaultdict(list)
        for fact, events in (each for one in self.of if one for each in one.events.items()):
            found[fact] += events
        return found

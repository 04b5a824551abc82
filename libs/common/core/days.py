"""Which days a command may name: one rule, whose exceptions the fields state themselves.

What is recorded has taken place: its day is not to come, and not so long ago that it is a slip. If
not, a mistyped year would begin a year of its own in what is published.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Final, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from libs.common.core.errors import ValidationError
from libs.common.core.fields import Day

MONTHS_AHEAD: Final = 18


@dataclass(frozen=True, slots=True)
class DayBounds:
    """The first day that a field takes, and how many months its days may be ahead of today."""

    earliest: date = date(1990, 1, 1)
    months_ahead: int = 0

    def latest(self, today: date) -> date:
        """Return the last day that the field takes today."""
        years, month = divmod(today.month - 1 + self.months_ahead, 12)
        day = 28 if self.months_ahead else today.day  # which every month has
        return date(today.year + years, month + 1, day)


PlannedDay = Annotated[Day, DayBounds(months_ahead=MONTHS_AHEAD)]
"""A day that may be planned: a start in September, the end of a plan, the next review."""

CareerDay = Annotated[Day, DayBounds(date(1950, 1, 1), MONTHS_AHEAD)]
"""A day of a member of staff's service, which may have begun long ago and may be planned."""


def day_faults(command: BaseModel, today: date, at: str = "") -> list[ValidationError]:
    """Return a fault for each day of a command, and of its parts, that cannot be."""
    found: list[ValidationError] = []
    bounds = day_bounds(type(command))
    for name in type(command).model_fields:
        value, pointer = getattr(command, name), f"{at}/{name}"
        if name in bounds and value is not None:
            found += _fault(value, bounds[name], today, pointer)
        for place, part in _parts(value, pointer):
            found += day_faults(part, today, place)
    return found


def _parts(value: object, pointer: str) -> Iterator[tuple[str, BaseModel]]:
    if isinstance(value, BaseModel):
        yield pointer, value
    elif isinstance(value, tuple):
        parts = [part for part in value if isinstance(part, BaseModel)]
        yield from ((f"{pointer}/{i}", part) for i, part in enumerate(parts))


def _fault(day: date, bounds: DayBounds, today: date, pointer: str) -> Iterator[ValidationError]:
    if day < bounds.earliest:
        yield ValidationError("too-early", f"This day is before {bounds.earliest}.", pointer)
    elif day > bounds.latest(today) and not bounds.months_ahead:
        yield ValidationError("in-the-future", "This day is yet to come.", pointer)
    elif day > bounds.latest(today):
        far = f"This day is more than {bounds.months_ahead} months ahead."
        yield ValidationError("too-far-ahead", far, pointer)


@cache
def day_bounds(model: type[BaseModel]) -> Mapping[str, DayBounds]:
    """Return the bounds of each field of a model that is a day."""
    fields = {name: (_annotations(info)) for name, info in model.model_fields.items()}
    return {
        name: next((one for one in said if isinstance(one, DayBounds)), DayBounds())
        for name, said in fields.items()
        if date in said
    }


def _annotations(info: FieldInfo) -> list[Any]:
    """Return a field's type and all that is said of it, through unions and annotations."""
    found, left = list(info.metadata), [info.annotation]
    while left:
        kind = left.pop()
        found.append(kind)
        left += [*get_args(kind)]
        found += getattr(kind, "__metadata__", ())
    return found

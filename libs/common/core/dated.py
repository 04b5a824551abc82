"""What was told to hold from a day on, told in any order: what holds when, and where it changes.

A row says what was told of the day ``from_on`` and told again, without a word changed, until
``until_on``. It names only what it was told: of each field the last told by a day holds on it, and
before the first the first. So the same is true in the end whatever order it is typed in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

State = dict[str, Any]


class Told(Protocol):
    """A row of what was told; one that is void was a mistake and says nothing."""

    from_on: date
    until_on: date
    void: bool

    @property
    def said(self) -> State:
        """What was told, by field."""

    @said.setter
    def said(self, said: State) -> None: ...


T = TypeVar("T", bound=Told)


def _entries(told: Iterable[Told]) -> list[tuple[date, int, State]]:
    """Return each day on which something was told, and what; of one day what began with it last."""
    standing = [one for one in told if not one.void]
    begun = [(one.from_on, 1, one.said) for one in standing]
    again = [(one.until_on, 0, one.said) for one in standing if one.until_on > one.from_on]
    return sorted(begun + again, key=lambda entry: entry[:2])


def changes(told: Iterable[Told]) -> dict[date, State]:
    """Return what holds from each day on which that changes, the first day among them."""
    entries = _entries(told)
    state: State = {}
    for _, _, said in reversed(entries):
        state |= said
    found: dict[date, State] = {}
    for day, _, said in entries:
        now = state | said
        if now != state or not found:
            found[day] = now
        state = now
    return found


def on(told: Iterable[Told], day: date) -> State:
    """Return what holds on a day; before the first that was told, what was told first."""
    known = changes(told)
    by_then = [state for since, state in known.items() if since <= day]
    return (by_then or list(known.values())[:1] or [{}])[-1]


def to_tell(before: Mapping[date, State], told: Sequence[Told]) -> dict[date, State]:
    """Return what holds from each day of which that was not so before, the first day first."""
    days = sorted({*before, *changes(told)})
    now = {day: on(told, day) for day in days}
    return {day: state for day, state in now.items() if before.get(day) != state}


def tell(told: Sequence[T], day: date, said: State, make: Callable[[date, State], T]) -> list[T]:
    """Keep what is told of a day; return the rows to add, made of a day and what it says.

    Of one day, what is told later replaces what was told of the same fields.
    """
    if not said:
        return []
    beginning = next((one for one in told if one.from_on == day), None)
    if beginning is not None:
        return _told_again(told, beginning, said, make)
    before = [one for one in told if one.from_on < day and not one.void]
    last = max(before, key=lambda one: one.from_on, default=None)
    if last is not None and last.said == said:
        last.until_on = max(last.until_on, day)
        return []
    if last is not None and last.until_on == day:
        said = last.said | said
        last.until_on = last.from_on
    return [make(day, said)]


def _told_again(
    told: Sequence[T], row: T, said: State, make: Callable[[date, State], T]
) -> list[T]:
    """Tell something else of the day with which a row begins; what was told after it stays."""
    if row.void:
        row.said, row.until_on, row.void = said, row.from_on, False
        return []
    merged = row.said | said
    if merged == row.said:
        return []
    ends_alone = all(one.from_on != row.until_on for one in told)
    rest = [make(row.until_on, row.said)] if ends_alone else []
    row.said, row.until_on = merged, row.from_on
    return rest


def put_right(
    told: Sequence[T], day: date, said: State, make: Callable[[date, State], T]
) -> list[T]:
    """Have something else told of a day, and of all days of which that was told again since.

    Return the rows to add, as `tell` does.
    """
    beginning = next((one for one in told if one.from_on == day), None)
    if beginning is not None:
        beginning.said, beginning.void = said, False
        return []
    before = [one for one in told if one.from_on < day and not one.void]
    last = max(before, key=lambda one: one.from_on, default=None)
    new = make(day, said)
    if last is not None and last.until_on >= day:
        new.until_on, last.until_on = last.until_on, last.from_on
    return [new]

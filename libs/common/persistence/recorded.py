"""Refuses what is on record with other values, or cannot have happened yet.

Nothing is acknowledged and then dropped: what has no event by which others would hear of a
correction is refused, by the names of its fields.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.core.fields import Strict
from libs.common.persistence.uow import UnitOfWork

R = TypeVar("R")


class AlreadyRecorded(Conflict):
    """What is recorded again says the same, but for what may be corrected so."""

    detail = "These are on record with different values. Recording them again corrects nothing."


def refuse_other(refusal: type[Conflict], fields: Mapping[str, tuple[object, object]]) -> None:
    """Raise the refusal if any field differs; each has what is on record, and what is given."""
    errors = [
        ValidationError("differs", "The record has a different value.", f"/{name}")
        for name, (recorded, given) in fields.items()
        if recorded != given
    ]
    if errors:
        raise refusal(errors=errors)


def pairs(recorded: object, given: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    """Put what is on record of each field beside what is given."""
    return {name: (getattr(recorded, name), value) for name, value in given.items()}


def ahead(uow: UnitOfWork, given: Strict, *names: str) -> list[ValidationError]:
    """Return a fault for each of these days that is to come: what is recorded has taken place.

    If not, a mistyped year would begin a year of its own in what is published.
    """
    days = {name: getattr(given, name) for name in names}
    return [
        ValidationError("in-the-future", "This day is yet to come.", f"/{name}")
        for name, day in days.items()
        if day is not None and day > uow.today()
    ]


def refuse_ahead(uow: UnitOfWork, given: Strict, *names: str) -> None:
    """Refuse what took place on a day that is to come."""
    if errors := ahead(uow, given, *names):
        raise Rejected(errors=errors)


def under_reference(seen: Iterable[R], **whose: object) -> R | None:
    """Return which of the things under one reference it is: the one of that child, or other owner.

    A reference tells things of one owner apart, so that nobody hears of another's by trying one.
    Of those that the caller may see, and no others, they are shown the one there is, and told
    where it differs.
    """
    things = list(seen)
    own = [one for one in things if all(getattr(one, k) == v for k, v in whose.items())]
    return next(iter(own or things), None)

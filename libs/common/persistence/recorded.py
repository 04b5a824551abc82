"""Refuses what is on record with other values, or cannot have happened yet.

Nothing is acknowledged and then dropped: what has no event by which others would hear of a
correction is refused, by the names of its fields.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from libs.common.core.days import day_faults
from libs.common.core.errors import Conflict, NotAllowed, ValidationError
from libs.common.core.fields import Strict
from libs.common.persistence.uow import UnitOfWork
from libs.common.security import Reach

R = TypeVar("R")


class AlreadyRecorded(Conflict):
    """What is recorded again says the same, but for what may be corrected so."""

    detail = "These are on record with different values. Recording them again corrects nothing."


class NotYourOwnEntry(NotAllowed):
    """Who reaches one child at a time puts right what they recorded themselves."""

    detail = "Only whoever recorded this, or somebody of a team or the county, puts it right."


def refuse_anothers_entry(uow: UnitOfWork, recorded_by: str) -> None:
    """Refuse a teacher or a school that would put another's entry right (domain brief 10)."""
    wide = uow.access.reaches & {Reach.COUNTY, Reach.TEAM}
    if not wide and recorded_by != uow.actor.subject:
        raise NotYourOwnEntry


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


def stands_again(recorded: object, given: Mapping[str, object], *, in_file: bool) -> bool:
    """Say whether what is void and recorded again is to stand again, as it is given now.

    A call is somebody's act. A row of a file that says what was voided says nothing new: a file
    that is loaded again undoes no withdrawal.
    """
    return not in_file or any(was != now for was, now in pairs(recorded, given).values())


def ahead(uow: UnitOfWork, given: Strict) -> list[ValidationError]:
    """Return a fault for each day of a command that is to come, or cannot be: see `days`."""
    return day_faults(given, uow.today())


def left_out(given: Strict, within: str = "") -> list[ValidationError]:
    """Return a fault for each field left out that a new record cannot be without.

    ``within`` is the JSON pointer of what was given, where it is a part of the body.
    """
    return [
        ValidationError("missing", "A new record needs this.", f"{within}/{name}")
        for name in given.left_out()
    ]


def refuse_ahead(uow: UnitOfWork, given: Strict) -> None:
    """Refuse a command with a day that cannot be, for all else that is wrong with it too."""
    uow.faults.add(ahead(uow, given))


def under_reference(seen: Iterable[R], **whose: object) -> R | None:
    """Return which of the things under one reference it is: the one of that child, or other owner.

    A reference tells things of one owner apart, so that nobody hears of another's by trying one.
    Of those that the caller may see, and no others, they are shown the one there is, and told
    where it differs.
    """
    things = list(seen)
    own = [one for one in things if all(getattr(one, k) == v for k, v in whose.items())]
    return next(iter(own or things), None)

"""What every command on a case's dated rows does: find one that stands, or have one stand."""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar
from uuid import UUID

from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.errors import NotAllowed, NotFound, ValidationError, Withdrawn
from libs.common.persistence.db import Base
from libs.common.persistence.loading import reader, shape_of
from libs.common.persistence.recorded import AlreadyRecorded
from libs.common.persistence.uow import UnitOfWork
from libs.common.security import Reach


class NotYourEntry(NotAllowed):
    """A teacher puts right what is of a day on which the case was theirs (domain brief 10)."""

    detail = "This is another teacher's entry. The area manager puts it right."


class Withdrawable(Protocol):
    """A row that stays when it is withdrawn."""

    void: Any


R = TypeVar("R", bound=Withdrawable)


def that_stands(found: R | None, what: str) -> R:
    """Return a row that is there and was not withdrawn, or raise NotFound."""
    if found is None:
        raise NotFound(code="not-found", detail=f"There is no such {what}.")
    if found.void:
        raise Withdrawn(detail=f"There is no such {what}.")
    return found


def stand(uow: UnitOfWork, rows: Iterable[R], new: R) -> R:
    """Have a row stand: in place of the one of its key among these, or as a new one."""
    shape = shape_of(type(new))
    key = reader(*shape.key)
    for row in rows:
        if key(row) == key(new):
            for name in shape.names:
                setattr(row, name, getattr(new, name))
            return row
    return uow.add(new)


def already_there(pointer: str) -> AlreadyRecorded:
    """Return the refusal to move a record onto the day of another."""
    there = ValidationError("already-there", "Another record is there for that day.", pointer)
    return AlreadyRecorded(errors=[there])


def explain(uow: UnitOfWork, command: Correction | Withdrawal, *rows: Base) -> None:
    """Have the change log say of each row why it changes."""
    for row in rows:
        uow.explain(row, command.reason, command.note)


def check_own(uow: UnitOfWork, staff_id: UUID) -> None:
    """Refuse that who reaches their own cases alone changes the entry of another teacher."""
    if uow.access.reaches == {Reach.OWN} and uow.actor.staff_id != staff_id:
        raise NotYourEntry

"""What was told of a child of a day, put right: a move to another school, characteristics."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import Field

from libs.common.contracts.referral import (
    ChildCharacteristicsCorrected,
    ChildCharacteristicsVoided,
    SchoolMoveCorrected,
    SchoolMoveVoided,
)
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.dated import changes
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.core.fields import Day, StrictBool, StrictInt64
from libs.common.persistence.recorded import refuse_ahead
from libs.common.persistence.uow import UnitOfWork
from services.referral.children.codes import Need, YearGroup
from services.referral.children.domain import Child, ChildClosed
from services.referral.children.history import ChildCharacteristics, ChildSchool
from services.referral.children.telling import (
    characteristics_of,
    publish_characteristics,
    publish_schools,
    school_before,
    schools_of,
)
from services.referral.schools.domain import School

R = TypeVar("R", ChildSchool, ChildCharacteristics)


class OnlyOne(Conflict):
    """A child is on some school's roll, and something is so of them: one is corrected instead."""

    code = "only-one"
    detail = "Nothing else of this kind is on record. Correct it instead."


class CorrectMove(Correction):
    """The school told of ``formerly_on`` was another, or it was so from another day on."""

    formerly_on: Day
    moved_on: Day
    school_urn: Annotated[StrictInt64, Field(ge=1, le=999_999)]


class VoidMove(Withdrawal):
    """The child did not change to the school that was told of this day."""

    moved_on: Day


class CorrectCharacteristics(Correction):
    """What was told of ``formerly_on`` was otherwise, or it was so from another day on."""

    formerly_on: Day
    effective_on: Day
    year_group: YearGroup
    needs: Annotated[tuple[Need, ...], Field(max_length=6)]
    pupil_premium: StrictBool
    looked_after: StrictBool
    eal: StrictBool

    @property
    def so(self) -> dict[str, Any]:
        """What is so, as it is kept."""
        names = {"year_group", "needs", "pupil_premium", "looked_after", "eal"}
        return self.model_dump(mode="json", include=names)


class VoidCharacteristics(Withdrawal):
    """Nothing changed on this day."""

    effective_on: Day


async def correct_move(
    uow: UnitOfWork, child_id: UUID, command: CorrectMove, version: int
) -> Child:
    """Put right where a child went to school from a day on."""
    child = await _open(uow, child_id, command, version)
    school = await uow.find(School, unseen=True, urn=command.school_urn)
    if school is None:
        detail = "There is no school of this URN."
        uow.faults.add([ValidationError("unknown-school", detail, "/school_urn")])
    rows = await schools_of(uow, child.id)
    was, row = changes(rows), _told(rows, command.formerly_on, "/formerly_on")
    uow.faults.refuse()
    assert school is not None
    if (row.from_on, row.school_id) == (command.moved_on, school.id):
        return child
    until = max(command.moved_on, row.until_on)
    new = ChildSchool(
        child_id=child.id, from_on=command.moved_on, until_on=until, school_id=school.id
    )
    _replace(uow, rows, row, new, "/moved_on")
    rows = await schools_of(uow, child.id)
    known = changes(rows)
    event = SchoolMoveCorrected(
        child_id=child.id,
        formerly_on=command.formerly_on,
        from_school_id=school_before(rows, command.moved_on),
        school_id=school.id,
        moved_on=command.moved_on,
        reason=command.reason,
        now_school_id=known[max(known)]["school_id"],
        now_on=max(known),
    )
    uow.emit(child, event)
    await publish_schools(uow, child, was, command.formerly_on, command.moved_on)
    return child


async def void_move(uow: UnitOfWork, child_id: UUID, command: VoidMove, version: int) -> Child:
    """Take a move to another school out: the child went on where they were."""
    child = await _open(uow, child_id, command, version)
    rows = await schools_of(uow, child.id)
    was = changes(rows)
    _void(rows, command.moved_on, "/moved_on")
    known = changes(rows)
    event = SchoolMoveVoided(
        child_id=child.id,
        moved_on=command.moved_on,
        reason=command.reason,
        now_school_id=known[max(known)]["school_id"],
        now_on=max(known),
    )
    uow.emit(child, event)
    await publish_schools(uow, child, was, command.moved_on)
    return child


async def correct_characteristics(
    uow: UnitOfWork, child_id: UUID, command: CorrectCharacteristics, version: int
) -> Child:
    """Put right what was so of a child from a day on."""
    child = await _open(uow, child_id, command, version)
    rows = await characteristics_of(uow, child.id)
    was, row = changes(rows), _told(rows, command.formerly_on, "/formerly_on")
    if (row.from_on, row.said) == (command.effective_on, command.so):
        return child
    until = max(command.effective_on, row.until_on)
    new = ChildCharacteristics(
        child_id=child.id, from_on=command.effective_on, until_on=until, said=command.so
    )
    _replace(uow, rows, row, new, "/effective_on")
    event = ChildCharacteristicsCorrected(
        child_id=child.id,
        formerly_on=command.formerly_on,
        effective_on=command.effective_on,
        **command.so,
        reason=command.reason,
    )
    uow.emit(child, event)
    await publish_characteristics(uow, child, was, command.formerly_on, command.effective_on)
    return child


async def void_characteristics(
    uow: UnitOfWork, child_id: UUID, command: VoidCharacteristics, version: int
) -> Child:
    """Take out what was told to be so of a child from a day on: what was so before goes on."""
    child = await _open(uow, child_id, command, version)
    rows = await characteristics_of(uow, child.id)
    was = changes(rows)
    _void(rows, command.effective_on, "/effective_on")
    event = ChildCharacteristicsVoided(
        child_id=child.id, effective_on=command.effective_on, reason=command.reason
    )
    uow.emit(child, event)
    await publish_characteristics(uow, child, was, command.effective_on)
    return child


async def _open(
    uow: UnitOfWork, child_id: UUID, command: Correction | Withdrawal, version: int
) -> Child:
    """Return the child whose record is put right, and have the change log say why it is."""
    refuse_ahead(uow, command)
    child = await uow.get(Child, child_id, version=version)
    if child.closed_on is not None:
        raise ChildClosed
    uow.explain(child, command.reason, command.note)
    return child


def _told(rows: Sequence[R], day: date, at: str) -> R:
    """Return what was told to hold from a day on."""
    for row in rows:
        if row.from_on == day and not row.void:
            return row
    detail = "Nothing was told to hold from this day on."
    raise Rejected(errors=[ValidationError("nothing-told", detail, at)])


def _void(rows: Sequence[R], day: date, at: str) -> None:
    row = _told(rows, day, at)
    if all(one is row or one.void for one in rows):
        raise OnlyOne
    row.void = True


def _replace(uow: UnitOfWork, rows: Sequence[R], row: R, new: R, at: str) -> None:
    """Put another row in a row's place; on a day where one is void, that one stands again."""
    there = next((one for one in rows if one.from_on == new.from_on), None)
    if there is None:
        row.void = True
        uow.add(new)
        return
    if there is not row and not there.void:
        detail = "Something else was told to hold from this day on."
        raise Rejected(errors=[ValidationError("already-told", detail, at)])
    row.void = True
    there.said, there.until_on, there.void = new.said, new.until_on, False

"""Schools: recorded as the national register has them."""

from datetime import date
from uuid import uuid4

from pydantic import BaseModel

from libs.common.imports import CommandOutcome
from libs.common.persistence.uow import UnitOfWork
from services.referral.schools.domain import RegisterRow, School, SchoolExtract


class SchoolRow(BaseModel):
    """A school's row, and the day the extract was taken."""

    row: RegisterRow
    snapshot_on: date


async def record_school(uow: UnitOfWork, row: SchoolRow) -> CommandOutcome:
    """Record a school's row, and keep what it says of its day.

    The same again changes nothing. An older row changes nothing of the present either: where it
    says otherwise, it is superseded by the newer one.
    """
    school = await uow.find(School, urn=row.row.urn)
    if school is None:
        school = uow.add(School.of(uuid4(), row.row, row.snapshot_on))
        uow.add(school.extract(row.row, row.snapshot_on))
        uow.emit(school, school.record())
        return CommandOutcome("created", school.id)
    await _keep(uow, school.extract(row.row, row.snapshot_on))
    newest = school.snapshot_on
    if school.read(row.row, row.snapshot_on):
        uow.emit(school, school.record())
        return CommandOutcome("updated", school.id)
    if row.snapshot_on < newest and not school.says(row.row):
        return CommandOutcome("superseded", school.id, newest)
    return CommandOutcome("unchanged", school.id)


async def _keep(uow: UnitOfWork, said: SchoolExtract) -> None:
    known = await uow.find(SchoolExtract, school_id=said.school_id, snapshot_on=said.snapshot_on)
    if known is None:
        uow.add(said)
    else:
        known.say(said)

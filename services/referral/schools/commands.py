"""Schools: recorded as the national register has them."""

from datetime import date
from uuid import uuid4

from pydantic import BaseModel

from libs.common.imports import CommandOutcome
from libs.common.persistence.uow import UnitOfWork
from services.referral.schools.domain import RegisterRow, School


class SchoolRow(BaseModel):
    """A school's row, and the day the extract was taken."""

    row: RegisterRow
    snapshot_on: date


async def record_school(uow: UnitOfWork, row: SchoolRow) -> CommandOutcome:
    """Record a school's row; the same again, or an older one, changes nothing."""
    school = await uow.find(School, urn=row.row.urn)
    if school is None:
        school = uow.add(School.of(uuid4(), row.row, row.snapshot_on))
        uow.emit(school, school.record())
        return CommandOutcome("created", school.id)
    if not school.read(row.row, row.snapshot_on):
        return CommandOutcome("unchanged", school.id)
    uow.emit(school, school.record())
    return CommandOutcome("updated", school.id)

"""Schools: recorded as the national register has them."""

from datetime import date
from typing import Annotated
from uuid import uuid4

from pydantic import BaseModel, Field, StringConstraints

from libs.common.core.days import PlannedDay
from libs.common.core.fields import Day, Name, Strict, StrictInt64
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import refuse_ahead
from libs.common.persistence.uow import UnitOfWork
from services.referral.schools.domain import RegisterRow, School, SchoolExtract

EstablishmentType = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
"""The register's code of a type of school, of two figures."""


class RecordSchool(Strict):
    """A school as the register has it on a day, for a county that has no extract at hand.

    Its codes are the register's: ``phase`` 2 is primary and 4 secondary, ``status`` 1 is open and
    2 closed.
    """

    urn: Annotated[StrictInt64, Field(ge=1, le=999_999)]
    snapshot_on: Day
    la_code: Annotated[StrictInt64, Field(ge=1, le=999)]
    establishment_number: Annotated[StrictInt64, Field(ge=1, le=9_999)] | None = None
    name: Name
    establishment_type: EstablishmentType
    phase: Annotated[StrictInt64, Field(ge=0, le=9)]
    status: Annotated[StrictInt64, Field(ge=1, le=9)]
    low_age: Annotated[StrictInt64, Field(ge=0, le=99)] | None = None
    high_age: Annotated[StrictInt64, Field(ge=0, le=99)] | None = None
    opened_on: PlannedDay | None = None
    closed_on: PlannedDay | None = None


class SchoolRow(BaseModel):
    """A school's row, and the day the extract was taken."""

    row: RegisterRow
    snapshot_on: date


async def record_told_school(uow: UnitOfWork, row: RecordSchool) -> CommandOutcome:
    """Record a school that is told without an extract, by the rule of extracts."""
    refuse_ahead(uow, row)
    told = row.model_dump(exclude={"snapshot_on"})
    return await record_school(uow, SchoolRow(row=RegisterRow(**told), snapshot_on=row.snapshot_on))


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

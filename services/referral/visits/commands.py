"""Visits by school week."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Day, Identifier, Strict, StrictInt64
from libs.common.imports import CommandOutcome
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.domain import Case, VisitWeek
from services.referral.visits.codes import Missed


class RecordVisits(Strict):
    """A school week's visits: as many missed reasons as visits missed."""

    planned: Annotated[StrictInt64, Field(ge=0, le=20)]
    attended: Annotated[StrictInt64, Field(ge=0, le=20)]
    missed: tuple[Missed, ...] = Field(default=(), max_length=20)


class VisitRow(RecordVisits):
    """A school week's visits as one row of an import."""

    case_id: Identifier
    week_beginning: Day


async def record_visits(
    uow: UnitOfWork, case_id: UUID, week_beginning: date, command: RecordVisits
) -> tuple[VisitWeek, CommandOutcome]:
    """Record a week's visits in place of what was recorded for it; the same changes nothing."""
    _check(week_beginning, command, uow.today())
    case = await uow.get(Case, case_id)
    week = await uow.find(VisitWeek, case_id=case_id, week_beginning=week_beginning)
    if week is None:
        week = _new_week(case_id, week_beginning, command)
        uow.emit(case, case.record_visits(week))
        return uow.add(week), CommandOutcome("created", case_id)
    given: tuple[int, int, list[str]] = (command.planned, command.attended, [*command.missed])
    if (week.planned, week.attended, week.missed) == given:
        return week, CommandOutcome("unchanged", case_id)
    week.planned, week.attended, week.missed = given
    uow.emit(case, case.record_visits(week))
    return week, CommandOutcome("updated", case_id)


def _new_week(case_id: UUID, week_beginning: date, command: RecordVisits) -> VisitWeek:
    return VisitWeek(
        case_id=case_id,
        week_beginning=week_beginning,
        planned=command.planned,
        attended=command.attended,
        missed=list(command.missed),
    )


def _check(week_beginning: date, command: RecordVisits, today: date) -> None:
    errors = []
    if week_beginning.weekday() != 0:
        errors.append(
            ValidationError("not-a-monday", "A school week begins on a Monday.", "/week_beginning")
        )
    if week_beginning > today:
        errors.append(
            ValidationError("in-the-future", "This week is yet to come.", "/week_beginning")
        )
    if command.planned != command.attended + len(command.missed):
        errors.append(
            ValidationError(
                "does-not-add-up", "Planned must be the sum of attended and missed.", "/planned"
            )
        )
    if errors:
        raise Rejected(errors=errors)

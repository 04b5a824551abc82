"""Visits by school week: recorded, put right, withdrawn."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from libs.common.contracts.referral import VisitsCorrected, VisitsVoided
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.errors import ValidationError
from libs.common.core.fields import Day, Identifier, Strict, StrictInt64
from libs.common.imports import CommandOutcome, Outcome
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.commands import (
    already_there,
    check_own,
    explain,
    stand,
    that_stands,
)
from services.referral.cases.domain import Case, VisitWeek
from services.referral.cases.holding import WEEK, day_of_week, lead_on
from services.referral.cases.keys import CaseOn
from services.referral.children.keys import ChildKey
from services.referral.visits.codes import Missed


class RecordVisits(Strict):
    """A school week's visits: as many missed reasons as visits missed."""

    planned: Annotated[StrictInt64, Field(ge=0, le=20)]
    attended: Annotated[StrictInt64, Field(ge=0, le=20)]
    missed: tuple[Missed, ...] = Field(default=(), max_length=20)


class VisitRow(RecordVisits):
    """A school week's visits as one row of an import."""

    case_id: Annotated[
        Identifier, CaseOn("child", ChildKey, on="week_beginning", days_more=WEEK.days)
    ]
    week_beginning: Day


class CorrectVisits(RecordVisits, Correction):
    """A school week's visits, and which week it was, in place of what is on record."""

    week_beginning: Day


async def record_visits(
    uow: UnitOfWork, case_id: UUID, week_beginning: date, command: RecordVisits
) -> tuple[VisitWeek, CommandOutcome]:
    """Record a week's visits in place of what was recorded for it; the same changes nothing.

    They are the visits of whoever was the case's teacher then.
    """
    _check(uow, week_beginning, command)
    case = await uow.get(Case, case_id)
    week = await uow.find(VisitWeek, case_id=case_id, week_beginning=week_beginning)
    given = _new_week(case_id, week_beginning, command)
    if week is not None and _said(week) == _said(given):
        return week, CommandOutcome("unchanged", case_id)
    staff_id = await lead_on(uow, case, day_of_week(case, week_beginning))
    outcome: Outcome = "created" if week is None or week.void else "updated"
    if outcome == "updated":
        check_own(uow, staff_id)
    uow.emit(case, case.record_visits(given, staff_id))
    return stand(uow, [week] if week else [], given), CommandOutcome(outcome, case_id)


async def correct_visits(
    uow: UnitOfWork, case_id: UUID, week_beginning: date, command: CorrectVisits, version: int
) -> tuple[VisitWeek, CommandOutcome]:
    """Put a week's visits right, or which week they were in."""
    _check(uow, command.week_beginning, command)
    case = await uow.get(Case, case_id, version=version)
    old = await standing_week(uow, case, week_beginning)
    new = _new_week(case_id, command.week_beginning, command)
    if _said(old) == _said(new):
        return old, CommandOutcome("unchanged", case_id)
    moved = command.week_beginning != week_beginning
    monday = command.week_beginning
    there = await uow.find(VisitWeek, case_id=case_id, week_beginning=monday)
    if moved and there is not None and not there.void:
        raise already_there("/week_beginning")
    staff_id = await lead_on(uow, case, day_of_week(case, command.week_beginning))
    recorded = dict(case.record_visits(new, staff_id))
    old.void = moved
    kept = stand(uow, [there] if there else [], new)
    explain(uow, command, old, kept)
    formerly = week_beginning if moved else None
    uow.emit(case, VisitsCorrected(**recorded, formerly_on=formerly, reason=command.reason))
    return kept, CommandOutcome("updated", case_id)


async def void_visits(
    uow: UnitOfWork, case_id: UUID, week_beginning: date, command: Withdrawal, version: int
) -> tuple[VisitWeek, CommandOutcome]:
    """Withdraw a week's visits that were recorded by mistake."""
    case = await uow.get(Case, case_id, version=version)
    week = await standing_week(uow, case, week_beginning)
    week.void = True
    explain(uow, command, week)
    uow.emit(case, VisitsVoided(**case.named, week_beginning=week_beginning, reason=command.reason))
    return week, CommandOutcome("updated", case_id)


async def standing_week(uow: UnitOfWork, case: Case, week_beginning: date) -> VisitWeek:
    """Return a week that stands, for a caller whose entry it is; or raise NotFound."""
    found = await uow.find(VisitWeek, case_id=case.id, week_beginning=week_beginning)
    week = that_stands(found, "school week")
    check_own(uow, await lead_on(uow, case, day_of_week(case, week_beginning)))
    return week


def _said(week: VisitWeek) -> tuple[object, ...]:
    return week.week_beginning, week.planned, week.attended, [*week.missed], week.void


def _new_week(case_id: UUID, week_beginning: date, command: RecordVisits) -> VisitWeek:
    return VisitWeek(
        case_id=case_id,
        week_beginning=week_beginning,
        planned=command.planned,
        attended=command.attended,
        missed=list(command.missed),
    )


def _check(uow: UnitOfWork, week_beginning: date, command: RecordVisits) -> None:
    errors = []
    if week_beginning.weekday() != 0:
        errors.append(
            ValidationError("not-a-monday", "A school week begins on a Monday.", "/week_beginning")
        )
    if week_beginning > uow.today():
        errors.append(
            ValidationError("in-the-future", "This week is yet to come.", "/week_beginning")
        )
    if command.planned != command.attended + len(command.missed):
        errors.append(
            ValidationError(
                "does-not-add-up", "Planned must be the sum of attended and missed.", "/planned"
            )
        )
    uow.faults.add(errors)

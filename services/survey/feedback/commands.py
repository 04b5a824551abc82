"""Complaints, compliments, and the checks of their registers."""

import calendar
from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import StringConstraints

from libs.common.contracts.survey import Audience, ComplaintOutcome, Register
from libs.common.core.errors import NotAllowed, Rejected, ValidationError
from libs.common.core.fields import Day, LongText, Reference, Strict, StrictBool
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import (
    AlreadyRecorded,
    ahead,
    pairs,
    refuse_ahead,
    refuse_other,
    under_reference,
)
from libs.common.persistence.uow import UnitOfWork
from services.survey.feedback.domain import Complaint, Compliment, RegisterCheck

Month = Annotated[str, StringConstraints(pattern=r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$")]


class FormalIsForTheHead(NotAllowed):
    """A complaint is formal once it enters the council's procedure (domain brief 8.11)."""

    detail = "The Head of Service enters a formal complaint. Raise it as a concern."


class RecordComplaint(Strict):
    """A complaint or informal concern; what it says stays in this service."""

    reference: Reference
    received_on: Day
    formal: StrictBool
    text: LongText | None = None


class CloseComplaint(Strict):
    """A complaint's answer."""

    closed_on: Day
    outcome: ComplaintOutcome


class RecordCompliment(Strict):
    """A compliment from outside the questionnaires; what it says stays in this service."""

    reference: Reference
    received_on: Day
    source: Audience
    text: LongText | None = None


class CheckRegister(Strict):
    """Somebody's word, given on a day, that a register is complete for a month ("2018-09")."""

    kind: Register
    month: Month
    checked_on: Day


async def record_complaint(
    uow: UnitOfWork, command: RecordComplaint
) -> tuple[Complaint, CommandOutcome]:
    """Enter a complaint; the same again changes nothing."""
    if command.formal and not uow.access.everything:
        raise FormalIsForTheHead
    refuse_ahead(uow, command)
    known = await uow.all(Complaint, reference=command.reference)
    complaint = under_reference(known, recorded_by=uow.actor.subject)
    if complaint is not None:
        return complaint, _again(complaint, command)
    complaint = uow.add(
        Complaint(id=uuid4(), recorded_by=uow.actor.subject, **command.model_dump())
    )
    uow.emit(complaint, complaint.receive())
    return complaint, CommandOutcome("created", complaint.id)


async def close_complaint(
    uow: UnitOfWork, complaint_id: UUID, command: CloseComplaint, version: int
) -> Complaint:
    """Close a complaint with its outcome."""
    refuse_ahead(uow, command)
    complaint = await uow.get(Complaint, complaint_id, version=version)
    uow.emit(complaint, complaint.close(command.closed_on, command.outcome))
    return complaint


async def record_compliment(
    uow: UnitOfWork, command: RecordCompliment
) -> tuple[Compliment, CommandOutcome]:
    """Enter a compliment; the same again changes nothing."""
    refuse_ahead(uow, command)
    known = await uow.all(Compliment, reference=command.reference)
    compliment = under_reference(known, recorded_by=uow.actor.subject)
    if compliment is not None:
        return compliment, _again(compliment, command)
    compliment = uow.add(
        Compliment(id=uuid4(), recorded_by=uow.actor.subject, **command.model_dump())
    )
    uow.emit(compliment, compliment.receive(command.source))
    return compliment, CommandOutcome("created", compliment.id)


def _again(found: Complaint | Compliment, command: Strict) -> CommandOutcome:
    refuse_other(AlreadyRecorded, pairs(found, command.model_dump()))
    return CommandOutcome("unchanged", found.id)


async def check_register(
    uow: UnitOfWork, command: CheckRegister
) -> tuple[RegisterCheck, CommandOutcome]:
    """Vouch for a register's month; the same again changes nothing."""
    _check_day(uow, command)
    check = await uow.find(RegisterCheck, kind=command.kind, month=command.month)
    if check is not None:
        refuse_other(AlreadyRecorded, pairs(check, {"checked_on": command.checked_on}))
        return check, CommandOutcome("unchanged", check.id)
    check = uow.add(RegisterCheck(id=uuid4(), checked_by=uow.actor.subject, **command.model_dump()))
    uow.emit(check, check.check(command.kind))
    return check, CommandOutcome("created", check.id)


def _check_day(uow: UnitOfWork, command: CheckRegister) -> None:
    errors = []
    if command.checked_on < _last_day(command.month):
        errors.append(
            ValidationError(
                "before-month-end",
                "A month can be confirmed only once it has ended.",
                "/checked_on",
            )
        )
    errors += ahead(uow, command)
    if errors:
        raise Rejected(errors=errors)


def _last_day(month: str) -> date:
    year, number = map(int, month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])

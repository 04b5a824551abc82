"""Complaints: entered, answered, put right, withdrawn."""

from dataclasses import replace
from uuid import UUID, uuid4

from libs.common.contracts.survey import ComplaintOutcome
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.errors import NotAllowed, ValidationError
from libs.common.core.fields import Day, LongText, Reference, Strict, StrictBool
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import (
    AlreadyRecorded,
    ahead,
    pairs,
    refuse_ahead,
    refuse_other,
    stands_again,
    under_reference,
)
from libs.common.persistence.uow import UnitOfWork
from services.survey.concerns.commands import RaiseConcern, Written, look_for_harm, raise_concern
from services.survey.concerns.domain import Concern
from services.survey.feedback.commands.checks import ask_again
from services.survey.feedback.domain import Complaint, Told, check_closed


class FormalIsForTheHead(NotAllowed):
    """A complaint is formal once it enters the council's procedure (domain brief 8.11)."""

    detail = "The Head of Service enters a formal complaint. Raise it as a concern."


class ForTheHeadToCorrect(NotAllowed):
    """What is in the council's procedure, or was answered, is the Head's to put right."""

    detail = "The Head of Service corrects a complaint that is formal or closed."


class RecordComplaint(Strict):
    """A complaint or informal concern; what it says stays in this service."""

    reference: Reference
    received_on: Day
    formal: StrictBool
    text: LongText | None = None


class CorrectComplaint(Correction):
    """All that is true of a complaint, and why it is corrected; without an answer it is open."""

    received_on: Day
    formal: StrictBool
    text: LongText | None = None
    closed_on: Day | None = None
    outcome: ComplaintOutcome | None = None

    @property
    def told(self) -> Told:
        """What there is to say of it."""
        return Told(self.received_on, self.formal, self.text, self.closed_on, self.outcome)


class CloseComplaint(Strict):
    """A complaint's answer."""

    closed_on: Day
    outcome: ComplaintOutcome


async def record_complaint(
    uow: UnitOfWork, command: RecordComplaint, *, in_file: bool = False
) -> tuple[Complaint, CommandOutcome]:
    """Enter a complaint; the same again changes nothing. Its month asks for a check."""
    if command.formal and not uow.access.everything:
        raise FormalIsForTheHead
    refuse_ahead(uow, command)
    known = await uow.all(Complaint, reference=command.reference)
    complaint = under_reference(known, recorded_by=uow.actor.subject)
    given = command.model_dump()
    if complaint is None:
        complaint = uow.add(Complaint(id=uuid4(), recorded_by=uow.actor.subject, **given))
        uow.emit(complaint, complaint.receive())
    elif complaint.void and stands_again(complaint, given, in_file=in_file):
        uow.emit(complaint, complaint.restore(_told_again(complaint, command)))
    else:
        refuse_other(AlreadyRecorded, pairs(complaint, given))
        return complaint, CommandOutcome("unchanged", complaint.id)
    await ask_again(uow, "complaints", command.received_on)
    await look_for_harm(uow, _written(complaint))
    return complaint, CommandOutcome("created", complaint.id)


def _told_again(complaint: Complaint, command: RecordComplaint) -> Told:
    """Tell of a complaint what is said now, and how it was answered before it was withdrawn."""
    said = command.model_dump(exclude={"reference"})
    return replace(complaint.told, **said)


async def correct_complaint(
    uow: UnitOfWork, complaint_id: UUID, command: CorrectComplaint, version: int
) -> Complaint:
    """Correct a complaint: the whole of it is told again, with the reason."""
    _check_told(uow, command)
    complaint = await uow.get(Complaint, complaint_id, version=version)
    before = complaint.told
    _check_theirs(uow, before, command.told)
    if complaint.void or before != command.told:
        uow.emit(complaint, complaint.correct(command.told, command.reason))
        uow.explain(complaint, command.reason, command.note)
    if before.text != command.text:
        await look_for_harm(uow, _written(complaint))
    if (before.received_on, before.formal) != (command.received_on, command.formal):
        await ask_again(uow, "complaints", before.received_on, command.received_on)
    return complaint


async def void_complaint(
    uow: UnitOfWork, complaint_id: UUID, command: Withdrawal, version: int
) -> Complaint:
    """Void a complaint, so that it no longer counts. Its month asks for a check."""
    complaint = await uow.get(Complaint, complaint_id, version=version)
    _check_theirs(uow, complaint.told)
    uow.emit(complaint, complaint.withdraw(command.reason))
    uow.explain(complaint, command.reason, command.note)
    await ask_again(uow, "complaints", complaint.received_on)
    return complaint


def _check_told(uow: UnitOfWork, command: CorrectComplaint) -> None:
    errors = ahead(uow, command)
    if (command.closed_on is None) != (command.outcome is None):
        missing = "closed_on" if command.closed_on is None else "outcome"
        detail = "A complaint is closed on a day and with an outcome, or open without either."
        errors.append(ValidationError("missing", detail, f"/{missing}"))
    uow.faults.add(errors)
    if command.closed_on is not None:
        with uow.faults:
            check_closed(command.received_on, command.closed_on)


def _check_theirs(uow: UnitOfWork, *told: Told) -> None:
    if not uow.access.everything and any(one.formal or one.closed_on for one in told):
        raise ForTheHeadToCorrect


async def raise_concern_about_complaint(
    uow: UnitOfWork, complaint_id: UUID, command: RaiseConcern
) -> Concern:
    """Raise a safeguarding concern about what a complaint says."""
    complaint = await uow.get(Complaint, complaint_id)
    return await raise_concern(uow, _written(complaint), command.note)


def _written(complaint: Complaint) -> Written:
    return Written(text=complaint.text or "", complaint_id=complaint.id)


async def close_complaint(
    uow: UnitOfWork, complaint_id: UUID, command: CloseComplaint, version: int
) -> Complaint:
    """Close a complaint with its outcome."""
    refuse_ahead(uow, command)
    complaint = await uow.get(Complaint, complaint_id, version=version)
    uow.emit(complaint, complaint.close(command.closed_on, command.outcome))
    return complaint

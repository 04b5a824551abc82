"""Compliments: entered, put right, withdrawn."""

from uuid import UUID, uuid4

from libs.common.contracts.survey import Audience
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.fields import Day, LongText, Reference, Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import (
    AlreadyRecorded,
    pairs,
    refuse_ahead,
    refuse_other,
    stands_again,
    under_reference,
)
from libs.common.persistence.uow import UnitOfWork
from services.survey.concerns.commands import Written, look_for_harm
from services.survey.feedback.commands.checks import ask_again
from services.survey.feedback.domain import Compliment


class RecordCompliment(Strict):
    """A compliment from outside the questionnaires; what it says stays in this service."""

    reference: Reference
    received_on: Day
    source: Audience
    text: LongText | None = None


class CorrectCompliment(Correction):
    """All that is true of a compliment, and why it is corrected."""

    received_on: Day
    source: Audience
    text: LongText | None = None


async def record_compliment(
    uow: UnitOfWork, command: RecordCompliment, *, in_file: bool = False
) -> tuple[Compliment, CommandOutcome]:
    """Enter a compliment; the same again changes nothing. Its month asks for a check."""
    refuse_ahead(uow, command)
    known = await uow.all(Compliment, reference=command.reference)
    compliment = under_reference(known, recorded_by=uow.actor.subject)
    given = command.model_dump()
    if compliment is None:
        compliment = uow.add(Compliment(id=uuid4(), recorded_by=uow.actor.subject, **given))
        uow.emit(compliment, compliment.receive(command.source))
    elif compliment.void and stands_again(compliment, given, in_file=in_file):
        content = command.model_dump(exclude={"reference"})
        uow.emit(compliment, compliment.restore(**content))
    else:
        refuse_other(AlreadyRecorded, pairs(compliment, given))
        return compliment, CommandOutcome("unchanged", compliment.id)
    await ask_again(uow, "compliments", command.received_on)
    await look_for_harm(uow, Written(text=compliment.text or ""))
    return compliment, CommandOutcome("created", compliment.id)


async def correct_compliment(
    uow: UnitOfWork, compliment_id: UUID, command: CorrectCompliment, version: int
) -> Compliment:
    """Correct a compliment: the whole of it is told again, with the reason."""
    refuse_ahead(uow, command)
    compliment = await uow.get(Compliment, compliment_id, version=version)
    before, text = compliment.received_on, compliment.text
    content = command.model_dump(include={"received_on", "source", "text"})
    if compliment.void or any(was != now for was, now in pairs(compliment, content).values()):
        uow.emit(compliment, compliment.correct(**content, reason=command.reason))
        uow.explain(compliment, command.reason, command.note)
    if text != command.text:
        await look_for_harm(uow, Written(text=command.text or ""))
    if before != command.received_on:
        await ask_again(uow, "compliments", before, command.received_on)
    return compliment


async def void_compliment(
    uow: UnitOfWork, compliment_id: UUID, command: Withdrawal, version: int
) -> Compliment:
    """Void a compliment, so that it no longer counts. Its month asks for a check."""
    compliment = await uow.get(Compliment, compliment_id, version=version)
    uow.emit(compliment, compliment.withdraw(command.reason))
    uow.explain(compliment, command.reason, command.note)
    await ask_again(uow, "compliments", compliment.received_on)
    return compliment

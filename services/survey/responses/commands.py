"""Responses: recorded under a reference, given their standing, and taken out again."""

from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID, uuid4

from pydantic import Field
from sqlalchemy import select

from libs.common.contracts.survey import AssistedBy, Channel
from libs.common.core.clock import local_day
from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Identifier, Instant, Reference, Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.loading import ReferenceTaken
from libs.common.persistence.recorded import AlreadyRecorded, pairs, refuse_other, under_reference
from libs.common.persistence.uow import UnitOfWork
from services.survey.questionnaires.domain import Questionnaire, questionnaire_of
from services.survey.responses.access import reading
from services.survey.responses.codes import VoidReason
from services.survey.responses.domain import (
    Answered,
    AnswerText,
    Deadline,
    Response,
    Sheet,
    as_kept,
    errors_of,
    sheet_of,
    standing_of,
)
from services.survey.waves.domain import Recipient, Wave

CLOCKS_APART: Final = timedelta(minutes=5)
"""How far the clock of whoever takes the answers in may be ahead of ours."""


class RecordResponse(Strict):
    """A filled-in questionnaire: whose, when and how it came, and the answers.

    ``recipient`` is the recipient's reference on the wave's list. Questions that are left out
    are not answered.
    """

    reference: Reference
    recipient: Reference
    received_at: Instant
    channel: Channel
    assisted_by: AssistedBy
    answers: Annotated[tuple[Answered, ...], Field(max_length=100)]


class ResponseRow(RecordResponse):
    """A response as one row of an import."""

    wave_id: Identifier


class VoidResponse(Strict):
    """A response that is to count nowhere, for a coded reason."""

    reason: VoidReason


class ResponseVoidRow(VoidResponse):
    """A response's voiding as one row of an import."""

    response_id: Identifier


async def record_response(
    uow: UnitOfWork, wave_id: UUID, command: RecordResponse
) -> tuple[Response, CommandOutcome]:
    """Record a response and decide its standing; the same again changes nothing.

    The wave is not closed meanwhile: a response is committed before the close, or refused.
    """
    wave = await uow.get(Wave, wave_id, lock="share")
    recipient, sheet = await _checked(uow, wave, command)
    known = await uow.all(Response, reference=command.reference)
    response = under_reference(known, recipient_id=recipient.id)
    if response is not None:
        await _check_readable(uow, response)
        await _check_same(uow, response, recipient, command, sheet)
        return response, CommandOutcome("unchanged", response.id)
    wave.check_open()
    recipient.check_issued(wave)
    response = await _receive(uow, wave, recipient, command, sheet)
    return response, CommandOutcome("created", response.id)


async def _checked(uow: UnitOfWork, wave: Wave, command: RecordResponse) -> tuple[Recipient, Sheet]:
    questionnaire = _questionnaire(wave)
    errors = errors_of(questionnaire, command.answers)
    named = await uow.all(Recipient, wave_id=wave.id, reference=command.recipient)
    recipient = next(iter(named), None)
    if recipient is None:
        errors.append(
            ValidationError(
                "unknown-recipient", "The wave's list has no such reference.", "/recipient"
            )
        )
    errors += _errors_of_receipt(wave, command.received_at, uow.recorded_at)
    if errors:
        raise Rejected(errors=errors)
    assert recipient is not None
    return recipient, sheet_of(questionnaire, command.answers)


def _errors_of_receipt(wave: Wave, received_at: datetime, now: datetime) -> list[ValidationError]:
    errors = []
    if local_day(received_at) < wave.issued_on:
        errors.append(
            ValidationError(
                "before-issued",
                "A response cannot arrive before its wave is issued.",
                "/received_at",
            )
        )
    if received_at > now + CLOCKS_APART:
        errors.append(
            ValidationError("in-the-future", "This time is in the future.", "/received_at")
        )
    return errors


def _questionnaire(wave: Wave) -> Questionnaire:
    found = questionnaire_of(wave.questionnaire, wave.questionnaire_version)
    assert found is not None, "a version that was issued stays in questionnaires/"
    return found


async def _receive(
    uow: UnitOfWork, wave: Wave, recipient: Recipient, command: RecordResponse, sheet: Sheet
) -> Response:
    counted = await _counted(uow, recipient)
    standing = standing_of(
        command.received_at,
        Deadline(wave.closes_on, wave.grace_days),
        counted_already=counted is not None,
        answered=sheet.answered,
    )
    response = Response(
        id=uuid4(),
        wave_id=wave.id,
        recipient_id=recipient.id,
        standing=standing,
        duplicate_of=counted,
        answers=as_kept(sheet.answers),
        recorded_by=uow.actor.subject,
        **command.model_dump(exclude={"wave_id", "recipient", "answers"}),
    )
    uow.add(response)
    for question, text in sheet.texts.items():
        uow.add(AnswerText(response_id=response.id, question=question, text=text))
    uow.emit(response, response.receive(wave, command.channel, command.assisted_by, standing))
    return response


async def _counted(uow: UnitOfWork, recipient: Recipient) -> UUID | None:
    """Return the response of a recipient that counts, if there is one."""
    responses = await uow.all(Response, recipient_id=recipient.id, unseen=True)
    return next((response.id for response in responses if response.counts), None)


async def _check_readable(uow: UnitOfWork, response: Response) -> None:
    """Refuse to compare with what the caller neither recorded nor may read.

    A teacher could else find out, try by try, what a child or a parent had answered.
    """
    if response.recorded_by == uow.actor.subject or uow.access.everything:
        return
    seen = uow.visible(reading(uow.access), Response)
    query = select(Response.id).where(Response.id == response.id, seen)
    if (await uow.connection.execute(query)).first() is None:
        raise ReferenceTaken


async def _check_same(
    uow: UnitOfWork,
    response: Response,
    recipient: Recipient,
    command: RecordResponse,
    sheet: Sheet,
) -> None:
    recorded = (response.coded_answers, await _texts(uow, response.id))
    came = command.model_dump(include={"received_at", "channel", "assisted_by"})
    fields = pairs(response, came) | {
        "recipient": (response.recipient_id, recipient.id),
        "answers": (recorded, (sheet.answers, sheet.texts)),
    }
    refuse_other(AlreadyRecorded, fields)


async def _texts(uow: UnitOfWork, response_id: UUID) -> dict[str, str]:
    texts = await uow.all(AnswerText, response_id=response_id)
    return {answer.question: answer.text for answer in texts}


async def void_response(
    uow: UnitOfWork, response_id: UUID, command: VoidResponse, version: int | None = None
) -> tuple[Response, CommandOutcome]:
    """Take a response out of every count; for the same reason again changes nothing."""
    response = await uow.get(Response, response_id, version=version)
    if response.void_reason == command.reason:
        return response, CommandOutcome("unchanged", response.id)
    uow.emit(response, response.void(command.reason))
    return response, CommandOutcome("updated", response.id)

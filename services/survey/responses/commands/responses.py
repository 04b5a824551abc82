"""Responses: recorded under a reference, put right, and taken out again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID, uuid4

from pydantic import Field
from sqlalchemy import select

from libs.common.contracts.survey import AssistedBy, Channel, Help
from libs.common.core.clock import local_day
from libs.common.core.corrections import Correction
from libs.common.core.errors import NotAllowed, Rejected, ValidationError
from libs.common.core.fields import Instant, LongText, Reference, Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.loading import ReferenceTaken
from libs.common.persistence.recorded import AlreadyRecorded, pairs, refuse_other, under_reference
from libs.common.persistence.uow import UnitOfWork
from services.survey.questionnaires.definition import Questionnaire
from services.survey.questionnaires.queries import definition_of
from services.survey.responses.access import reading
from services.survey.responses.answers import Answered, Sheet, Text, errors_of, sheet_of
from services.survey.responses.codes import VoidReason
from services.survey.responses.commands.heard import hear
from services.survey.responses.commands.standing import stand_anew
from services.survey.responses.domain import OPEN_LINK, AnswerText, Came, Response, as_kept
from services.survey.responses.keys import ResponseId
from services.survey.waves.domain import FEWEST_ANONYMOUS, Recipient, Wave
from services.survey.waves.keys import WaveId

CLOCKS_APART: Final = timedelta(minutes=5)
"""How far the clock of whoever takes the answers in may be ahead of ours."""


class FilledIn(Strict):
    """A filled-in questionnaire: when and how it came, who helped and how, and the answers.

    Questions that are left out are not answered.
    """

    received_at: Instant
    channel: Channel
    assisted_by: AssistedBy
    help: Help | None = None
    answers: Annotated[tuple[Answered, ...], Field(max_length=100)]


class RecordResponse(FilledIn):
    """A response; ``recipient`` is the recipient's reference on the wave's list.

    To an anonymous wave nobody is named.
    """

    reference: Reference
    recipient: Reference | None = None


class CorrectResponse(FilledIn, Correction):
    """All that a response was in truth, and why it is corrected."""


class ResponseRow(RecordResponse):
    """A response as one row of an import."""

    wave_id: WaveId


class VoidResponse(Strict):
    """A response that is to count nowhere, for a coded reason."""

    reason: VoidReason
    note: LongText | None = None


class ResponseVoidRow(VoidResponse):
    """A response's voiding as one row of an import."""

    response_id: ResponseId


class FewOfYours(NotAllowed):
    """Who records a return that names nobody reaches so many that it could be anybody's."""

    detail = f"You reach fewer than {FEWEST_ANONYMOUS} of those on the list of this wave."


async def record_response(
    uow: UnitOfWork,
    wave_id: UUID,
    command: RecordResponse,
    *,
    in_file: bool = False,
    begun: bool = False,
) -> tuple[Response, CommandOutcome]:
    """Record a response and decide its standing; the same again changes nothing.

    The wave is not closed meanwhile: a response is committed before the close, or refused. Nor is
    another of the recipient recorded, for which of them counts is decided together. What was
    ``begun`` before the close is recorded after it too: the day it was received decides.
    """
    wave = await uow.get(Wave, wave_id, lock="share")
    recipient, sheet = await _checked(uow, wave, command)
    known = await uow.all(Response, reference=command.reference)
    of = recipient.id if recipient else None
    response = under_reference(known, recipient_id=of, wave_id=wave.id)
    if response is None:
        if begun:
            wave.check_stands()
        else:
            wave.check_open()
        if recipient:
            recipient.check_issued()
        response = await _new(uow, wave, of, command)
    else:
        await _check_readable(uow, response)
        fields = await _fields(uow, response, of or wave.id, command, sheet)
        if not _stands_again(response, fields, in_file=in_file):
            refuse_other(AlreadyRecorded, fields)
            return response, CommandOutcome("unchanged", response.id)
        wave.check_stands()
        response.void_reason = None
    await take_in(uow, wave, response, command, sheet)
    return response, CommandOutcome("created", response.id)


async def take_in(
    uow: UnitOfWork, wave: Wave, response: Response, command: FilledIn, sheet: Sheet
) -> None:
    """Have a response say what was filled in, decide how it stands, and publish it.

    Every response passes here, whether typed in, sent by a link or out of a pool.
    """
    await _fill_in(uow, response, command, sheet)
    standing = await stand_anew(uow, wave, response, told=response)
    came = Came(command.channel, command.assisted_by, standing)
    uow.emit(response, response.receive(wave, await _recipient_of(uow, response), came))


async def _recipient_of(uow: UnitOfWork, response: Response) -> Recipient | None:
    """Return whose a response is; None in an anonymous wave."""
    if response.recipient_id is None:
        return None
    [recipient] = await uow.all(Recipient, unseen=True, id=response.recipient_id)
    return recipient


def _stands_again(
    response: Response, fields: Mapping[str, tuple[object, object]], *, in_file: bool
) -> bool:
    """Say whether a void one stands again, as it is told now; one of another recipient never."""
    mine, other = fields["recipient"]
    if response.void_reason is None or mine != other:
        return False
    return not in_file or any(was != now for was, now in fields.values())


async def _new(uow: UnitOfWork, wave: Wave, of: UUID | None, command: RecordResponse) -> Response:
    before = await uow.all(Response, recipient_id=of, unseen=True) if of else []
    return add_response(uow, wave, of, len(before) + 1, command.reference)


def add_response(
    uow: UnitOfWork, wave: Wave, of: UUID | None, place: int, reference: str
) -> Response:
    """Keep a new response of that recipient, or of nobody, to be filled in."""
    return uow.add(
        Response(
            id=uuid4(),
            reference=reference,
            wave_id=wave.id,
            recipient_id=of,
            place=place,
            received_at=uow.recorded_at,
            channel="",
            assisted_by="",
            standing="",  # decided with the others
            duplicate_of=None,
            answers=[],
            recorded_by=uow.actor.subject,
        )
    )


async def _fill_in(uow: UnitOfWork, response: Response, command: FilledIn, sheet: Sheet) -> None:
    """Have a response say what was filled in; a text that is gone is kept as empty."""
    response.received_at, response.channel = command.received_at, command.channel
    response.assisted_by, response.help = command.assisted_by, command.help
    response.answers, response.chosen = as_kept(sheet.answers), sheet.chosen
    known = {one.question: one for one in await uow.all(AnswerText, response_id=response.id)}
    await hear(uow, response, sheet, {question: one.text for question, one in known.items()})
    for question in known.keys() - sheet.texts.keys():
        known[question].text, known[question].may_quote = "", None
    for question, said in sheet.texts.items():
        if question in known:
            known[question].text, known[question].may_quote = said.text, said.may_quote
        else:
            uow.add(AnswerText(response_id=response.id, question=question, **asdict(said)))


async def correct_response(
    uow: UnitOfWork, response_id: UUID, command: CorrectResponse, version: int
) -> Response:
    """Correct a response. Which of its recipient's counts is decided again."""
    return await fill_in_again(uow, response_id, command, version, command.reason, command.note)


async def fill_in_again(
    uow: UnitOfWork,
    response_id: UUID,
    command: FilledIn,
    version: int,
    reason: str,
    note: str | None = None,
) -> Response:
    """Have a response say what is told now, for a coded reason; the same again changes nothing."""
    response = await uow.get(Response, response_id, version=version)
    response.check_stands()
    wave = await _wave_of(uow, response)
    errors = _errors_of_way(command, open_link=response.channel == OPEN_LINK)
    sheet = await read_sheet(uow, wave, command, errors)
    fields = await _fields(uow, response, response.of, command, sheet)
    if any(was != now for was, now in fields.values()):
        await _fill_in(uow, response, command, sheet)
        standing = await stand_anew(uow, wave, response, told=response)
        came = Came(command.channel, command.assisted_by, standing)
        whose = await _recipient_of(uow, response)
        uow.emit(response, response.correct(wave, whose, came, reason))
        uow.explain(response, reason, note)
    return response


async def void_response(
    uow: UnitOfWork, response_id: UUID, command: VoidResponse, version: int | None = None
) -> tuple[Response, CommandOutcome]:
    """Void a response, with a coded reason: the next of its recipient's counts.

    For the same reason again it changes nothing.
    """
    response = await uow.get(Response, response_id, version=version)
    if response.void_reason == command.reason:
        return response, CommandOutcome("unchanged", response.id)
    wave = await _wave_of(uow, response)
    uow.emit(response, response.void(command.reason))
    uow.explain(response, command.reason, command.note)
    await stand_anew(uow, wave, response)
    return response, CommandOutcome("updated", response.id)


async def _wave_of(uow: UnitOfWork, response: Response) -> Wave:
    """Return the wave; of the recipient no other response is recorded meanwhile."""
    wave = await uow.get(Wave, response.wave_id, lock="share")
    wave.check_kept()
    if response.recipient_id:
        await uow.all(Recipient, unseen=True, lock="update", id=response.recipient_id)
    return wave


async def _checked(
    uow: UnitOfWork, wave: Wave, command: RecordResponse
) -> tuple[Recipient | None, Sheet]:
    """Return whose a faultless response is, of nobody in an anonymous wave, and what it says."""
    recipient, errors = await _named(uow, wave, command.recipient)
    errors += _errors_of_way(command, open_link=False)
    return recipient, await read_sheet(uow, wave, command, errors)


async def _named(
    uow: UnitOfWork, wave: Wave, reference: str | None
) -> tuple[Recipient | None, list[ValidationError]]:
    if wave.anonymous:
        await _check_reaches_enough(uow, wave)
        detail = "Nobody is named who answers an anonymous wave."
        error = ValidationError("of-an-anonymous-wave", detail, "/recipient")
        return None, [] if reference is None else [error]
    if reference is None:
        detail = "Say whose response this is."
        return None, [ValidationError("missing", detail, "/recipient")]
    named = await uow.all(Recipient, lock="update", wave_id=wave.id, reference=reference)
    detail = "The wave's list has no such reference."
    error = ValidationError("unknown-recipient", detail, "/recipient")
    return next(iter(named), None), [] if named else [error]


async def _check_reaches_enough(uow: UnitOfWork, wave: Wave) -> None:
    """Refuse a return typed by who reaches a few: who typed it would say whose it is."""
    seen = uow.visible(uow.access, Recipient)
    query = select(Recipient.id).where(Recipient.wave_id == wave.id, Recipient.sent, seen)
    if len((await uow.connection.execute(query.limit(FEWEST_ANONYMOUS))).all()) < FEWEST_ANONYMOUS:
        raise FewOfYours


async def read_sheet(
    uow: UnitOfWork, wave: Wave, command: FilledIn, errors: Sequence[ValidationError] = ()
) -> Sheet:
    """Return what is filled in; raises Rejected with all that is wrong, these errors among it."""
    questionnaire, found = await check_filled_in(uow, wave, command)
    if found or errors:
        raise Rejected(errors=[*found, *errors])
    return sheet_of(questionnaire, command.answers)


async def check_filled_in(
    uow: UnitOfWork, wave: Wave, command: FilledIn
) -> tuple[Questionnaire, list[ValidationError]]:
    """Return the version that a wave asks, and all that is wrong with what was filled in."""
    questionnaire = await _questionnaire(uow, wave)
    errors = errors_of(questionnaire, command.answers, command.channel)
    return questionnaire, errors + _errors_of_receipt(wave, command, uow.recorded_at)


def _errors_of_way(command: FilledIn, *, open_link: bool) -> list[ValidationError]:
    """Refuse an open link for what somebody was asked for, and any other way for what came by it.

    That would bring into the counts, or take out of them, what nobody was asked for.
    """
    if (command.channel == OPEN_LINK) == open_link:
        return []
    detail = "What came by an open link has no recipient, and nothing else came by one."
    return [ValidationError("another-way", detail, "/channel")]


def _errors_of_receipt(wave: Wave, command: FilledIn, now: datetime) -> list[ValidationError]:
    errors = []
    if local_day(command.received_at) < wave.issued_on:
        errors.append(
            ValidationError(
                "before-issued",
                "A response cannot arrive before its wave is issued.",
                "/received_at",
            )
        )
    if command.received_at > now + CLOCKS_APART:
        errors.append(
            ValidationError("in-the-future", "This time is in the future.", "/received_at")
        )
    if command.help is not None and command.assisted_by == "none":
        errors.append(ValidationError("nobody-helped", "It is said that nobody helped.", "/help"))
    return errors


async def _questionnaire(uow: UnitOfWork, wave: Wave) -> Questionnaire:
    """Return the version to which a wave's answers are pinned."""
    found = await definition_of(uow.connection, wave.questionnaire, wave.questionnaire_version)
    assert found is not None, "what was published stays"
    return found


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


async def _fields(
    uow: UnitOfWork, response: Response, of: UUID, command: FilledIn, sheet: Sheet
) -> dict[str, tuple[object, object]]:
    """Put what is on record of a response beside what is told."""
    recorded = (response.coded_answers, await _texts(uow, response.id), response.chosen)
    came = command.model_dump(include={"received_at", "channel", "assisted_by", "help"})
    return pairs(response, came) | {
        "recipient": (response.of, of),
        "answers": (recorded, (sheet.answers, sheet.texts, sheet.chosen)),
    }


async def _texts(uow: UnitOfWork, response_id: UUID) -> dict[str, Text]:
    texts = await uow.all(AnswerText, response_id=response_id)
    return {one.question: Text(one.text, one.may_quote) for one in texts if one.text}

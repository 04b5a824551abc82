"""Waves and whom they go to: drafted, listed, issued, closed."""

from collections.abc import Sequence
from typing import Annotated, Final, get_args
from uuid import UUID, uuid4

from pydantic import Field, StringConstraints
from sqlalchemy import func, or_, select, update

from libs.common.contracts.survey import Audience
from libs.common.core.clock import AcademicYear
from libs.common.core.days import PlannedDay
from libs.common.core.errors import Conflict, DomainError, NotAllowed, Rejected, ValidationError
from libs.common.core.fields import Code, Day, Identifier, Reference, Strict, StrictInt64, Text
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import AlreadyRecorded, ahead, pairs, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.survey.known import DECEASED, KnownCase, KnownChild, check_known, known_case
from services.survey.questionnaires.domain import Questionnaire, RecipientId, questionnaire_of
from services.survey.waves.domain import Recipient, Wave, WaveNotDraft

YearLabel = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}$")]
GraceDays = Annotated[StrictInt64, Field(ge=0, le=100)]
Version = Annotated[StrictInt64, Field(ge=1, le=1_000)]


class DraftWave(Strict):
    """A questionnaire that is to go to an audience, about a year; no answers count after it closes.

    ``grace_days`` are days after ``closes_on`` on which answers still count.
    """

    reference: Reference
    audience: Audience
    academic_year: YearLabel
    questionnaire: Code
    questionnaire_version: Version
    issued_on: Day
    closes_on: PlannedDay
    grace_days: GraceDays = 0


IDS: Final = get_args(RecipientId)


class ListRecipient(Strict):
    """Somebody to be asked, under a reference of the list's own, with at most an address."""

    reference: Reference
    parent_id: Identifier | None = None
    child_id: Identifier | None = None
    school_id: Identifier | None = None
    address: Text | None = None

    def unit_id(self, form: Questionnaire) -> UUID | None:
        """Return the id of the one that is asked, where it is known by id."""
        own = form.recipient_ids[:1]
        found: UUID | None = getattr(self, own[0]) if own else None
        return found


class RecipientRow(ListRecipient):
    """A recipient as one row of an import."""

    wave_id: Identifier


class OutsideYourCaseload(NotAllowed):
    """Who does not reach the whole county lists only children on their own caseload."""

    detail = "You may list only children, and their parents, on your teams' caseload."


async def draft_wave(uow: UnitOfWork, command: DraftWave) -> tuple[Wave, CommandOutcome]:
    """Draft a wave; the same again changes nothing."""
    _check_draft(uow, command)
    wave = await uow.find(Wave, reference=command.reference)
    if wave is None:
        return _new_wave(uow, command)
    refuse_other(AlreadyRecorded, pairs(wave, command.model_dump()))
    return wave, CommandOutcome("unchanged", wave.id)


def _new_wave(uow: UnitOfWork, command: DraftWave) -> tuple[Wave, CommandOutcome]:
    wave = Wave(id=uuid4(), drafted_by=uow.actor.subject, **command.model_dump())
    return uow.add(wave), CommandOutcome("created", wave.id)


def _check_draft(uow: UnitOfWork, command: DraftWave) -> None:
    errors = ahead(uow, command)
    try:
        AcademicYear.parse(command.academic_year)
    except ValueError:
        errors.append(
            ValidationError("wrong-form", "must be a year such as 2018-19", "/academic_year")
        )
    found = questionnaire_of(command.questionnaire, command.questionnaire_version)
    if found is None:
        errors.append(
            ValidationError(
                "unknown-questionnaire",
                "There is no such questionnaire in this version.",
                "/questionnaire",
            )
        )
    elif found.audience != command.audience:
        errors.append(
            ValidationError(
                "another-audience", "The questionnaire is for another audience.", "/audience"
            )
        )
    if command.closes_on < command.issued_on:
        errors.append(
            ValidationError(
                "before-issued", "A wave cannot close before it is issued.", "/closes_on"
            )
        )
    if errors:
        raise Rejected(errors=errors)


async def issue_wave(uow: UnitOfWork, wave_id: UUID, version: int) -> Wave:
    """Issue a draft to everybody on its list."""
    wave = await uow.get(Wave, wave_id, version=version)
    await _cancel_deceased(uow, wave)
    uow.emit(wave, wave.issue(await _to_be_issued(uow, wave)))
    return wave


async def _cancel_deceased(uow: UnitOfWork, wave: Wave) -> None:
    """Cancel a wave's recipients whose child has died, as of the day support ended."""
    of_the_child = known_case.c.child_id == Recipient.child_id
    died = (known_case.c.end_reason == DECEASED) & of_the_child
    on = select(func.min(known_case.c.ended_on)).where(died).scalar_subquery()
    await uow.connection.execute(
        update(Recipient)
        .where(
            Recipient.wave_id == wave.id,
            Recipient.cancelled_on.is_(None),
            select(known_case.c.case_id).where(died).exists(),
        )
        .values(cancelled_on=on, address=None)
    )


async def _to_be_issued(uow: UnitOfWork, wave: Wave) -> int:
    """Return how many are sent one: who was cancelled by the day of issue is not."""
    sent = or_(Recipient.cancelled_on.is_(None), Recipient.cancelled_on > wave.issued_on)
    query = select(func.count()).where(Recipient.wave_id == wave.id, sent)
    return (await uow.connection.execute(query)).scalar_one()


async def close_wave(uow: UnitOfWork, wave_id: UUID, version: int) -> Wave:
    """Close a wave today, and forget where its questionnaires went."""
    wave = await uow.get(Wave, wave_id, version=version)
    uow.emit(wave, wave.close(uow.today()))
    await uow.connection.execute(
        update(Recipient)
        .where(Recipient.wave_id == wave.id, Recipient.address.is_not(None))
        .values(address=None)
    )
    return wave


async def list_recipients(
    uow: UnitOfWork, wave_id: UUID, commands: Sequence[ListRecipient]
) -> list[tuple[Recipient, CommandOutcome]]:
    """List recipients, all or none of them; the same again change nothing."""
    wave = await uow.get(Wave, wave_id)
    await preload_recipients(uow, [(wave_id, command) for command in commands])
    listed: list[tuple[Recipient, CommandOutcome]] = []
    refusals: list[tuple[int, DomainError]] = []
    for index, command in enumerate(commands):
        try:
            listed.append(await _list(uow, wave, command))
        except DomainError as refusal:
            refusals.append((index, refusal))
    if refusals:
        raise _together(refusals)
    return listed


def _together(refusals: Sequence[tuple[int, DomainError]]) -> DomainError:
    """Return one refusal with the errors of all, each at its place in the list."""
    first = next((r for _, r in refusals if isinstance(r, Rejected)), refusals[0][1])
    errors = [
        ValidationError(fault.code, fault.detail, f"/{index}{fault.pointer}")
        for index, refusal in refusals
        for fault in refusal.errors or (ValidationError(refusal.code, refusal.detail),)
    ]
    return type(first)(code=first.code, detail=first.detail, errors=errors, headers=first.headers)


async def list_recipient(uow: UnitOfWork, row: RecipientRow) -> CommandOutcome:
    """List one recipient of a wave; the same again changes nothing."""
    wave = await uow.get(Wave, row.wave_id)
    return (await _list(uow, wave, row))[1]


async def _list(
    uow: UnitOfWork, wave: Wave, command: ListRecipient
) -> tuple[Recipient, CommandOutcome]:
    reference = command.reference
    found = await uow.find(Recipient, unseen=True, wave_id=wave.id, reference=reference)
    if found is not None:
        return found, _list_again(wave, found, command)
    await _check_listed(uow, wave, command)
    wave.list_one()
    recipient = uow.add(
        Recipient(
            id=uuid4(),
            unit_id=command.unit_id(wave.form),
            wave_id=wave.id,
            **command.model_dump(exclude={"wave_id"}),
        )
    )
    return recipient, CommandOutcome("created", recipient.id)


def _list_again(wave: Wave, found: Recipient, command: ListRecipient) -> CommandOutcome:
    """Leave as it is who is listed already; on a draft, the address may be put right."""
    refuse_other(AlreadyRecorded, pairs(found, command.model_dump(include=set(IDS))))
    forgotten = wave.state == "closed" or found.cancelled_on is not None
    if forgotten or found.address == command.address:
        return CommandOutcome("unchanged", found.id)
    if wave.state != "draft":
        raise WaveNotDraft
    found.address = command.address
    return CommandOutcome("updated", found.id)


async def _check_listed(uow: UnitOfWork, wave: Wave, command: ListRecipient) -> None:
    allowed = wave.form.recipient_ids
    errors = [
        ValidationError(
            "not-of-this-audience", "A recipient of this audience cannot have this id.", f"/{name}"
        )
        for name in IDS
        if name not in allowed and getattr(command, name) is not None
    ]
    if errors:
        raise Rejected(errors=errors)
    # Reach comes first: who may not list a child does not hear whether there is such a child.
    # A case may be heard of before the child is, so it is the cases that are asked.
    if not uow.access.everything and not await uow.all(KnownCase, child_id=command.child_id):
        raise OutsideYourCaseload
    if command.child_id:
        check_known(await uow.find(KnownChild, child_id=command.child_id))
    unit_id = command.unit_id(wave.form)
    asked = unit_id and await uow.all(Recipient, unseen=True, wave_id=wave.id, unit_id=unit_id)
    if asked:
        raise Conflict(
            code="asked-already", detail="This wave already lists them under another reference."
        )


async def preload_recipients(uow: UnitOfWork, listed: Sequence[tuple[UUID, ListRecipient]]) -> None:
    """Load in one query each what listing these on their waves will ask for."""
    named = [(wave_id, command.reference) for wave_id, command in listed]
    await uow.preload(Recipient, ("wave_id", "reference"), named)
    ids = [(wave_id, getattr(command, name)) for wave_id, command in listed for name in IDS]
    await uow.preload(Recipient, ("wave_id", "unit_id"), [unit for unit in ids if unit[1]])
    children = [command.child_id for _, command in listed if command.child_id]
    await uow.preload(KnownChild, "child_id", children)
    if not uow.access.everything:
        await uow.preload(KnownCase, "child_id", children)

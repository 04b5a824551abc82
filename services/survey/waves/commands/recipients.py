"""Whom a wave goes to: listed while it is a draft."""

from collections.abc import Sequence
from typing import Final, get_args
from uuid import UUID, uuid4

from libs.common.core.errors import Conflict, DomainError, NotAllowed, Rejected, ValidationError
from libs.common.core.fields import Identifier, Reference, Strict, Text
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import AlreadyRecorded, pairs, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.survey.keys import ChildId, SchoolId
from services.survey.known import KnownCase, KnownChild, KnownPerson, check_known
from services.survey.questionnaires.codes import RecipientId, Unit
from services.survey.waves.domain import Recipient, Wave, WaveNotDraft
from services.survey.waves.keys import WaveId

IDS: Final = get_args(RecipientId)


class ListRecipient(Strict):
    """Somebody to be asked, under a reference of the list's own, with at most an address."""

    reference: Reference
    parent_id: Identifier | None = None
    child_id: ChildId | None = None
    school_id: SchoolId | None = None
    address: Text | None = None

    def unit_id(self, unit: Unit) -> UUID | None:
        """Return the id of the one that is asked, where it is known by id."""
        own = unit.recipient_ids[:1]
        found: UUID | None = getattr(self, own[0]) if own else None
        return found


class RecipientRow(ListRecipient):
    """A recipient as one row of an import."""

    wave_id: WaveId


class OutsideYourCaseload(NotAllowed):
    """Who does not reach the whole county lists only children on their own caseload."""

    detail = "You may list only children, and their parents, on your teams' caseload."


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
            unit_id=await _unit_id(uow, wave, command),
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
    allowed = wave.unit.recipient_ids
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
    unit_id = await _unit_id(uow, wave, command)
    asked = unit_id and await uow.all(Recipient, unseen=True, wave_id=wave.id, unit_id=unit_id)
    if asked:
        raise Conflict(
            code="asked-already", detail="This wave already lists them under another reference."
        )


async def _unit_id(uow: UnitOfWork, wave: Wave, command: ListRecipient) -> UUID | None:
    """Return whom a wave asks, where known by id: of merged records, the one that stays."""
    unit_id = command.unit_id(wave.unit)
    if unit_id is None:
        return None
    child = await uow.find(KnownChild, unseen=True, child_id=unit_id)
    if child is not None:
        return child.merged_into or unit_id
    while (person := await uow.find(KnownPerson, unseen=True, person_id=unit_id)) is not None:
        if person.same_as is None:
            break
        unit_id = person.same_as
    return unit_id


async def preload_recipients(uow: UnitOfWork, listed: Sequence[tuple[UUID, ListRecipient]]) -> None:
    """Load in one query each what listing these on their waves will ask for."""
    named = [(wave_id, command.reference) for wave_id, command in listed]
    await uow.preload(Recipient, ("wave_id", "reference"), named)
    ids = [(wave_id, getattr(command, name)) for wave_id, command in listed for name in IDS]
    await uow.preload(Recipient, ("wave_id", "unit_id"), [unit for unit in ids if unit[1]])
    children = [command.child_id for _, command in listed if command.child_id]
    units = [unit[1] for unit in ids if unit[1]]
    await uow.preload(KnownChild, "child_id", [*children, *units])
    await uow.preload(KnownPerson, "person_id", units)
    if not uow.access.everything:
        await uow.preload(KnownCase, "child_id", children)

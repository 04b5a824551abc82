"""Recipients: whom a wave's questionnaire goes to, listed while it is a draft."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid4

from libs.common.contracts.survey import Audience
from libs.common.core.errors import Conflict, DomainError, Fault, Rejected
from libs.common.core.fields import Identifier, Reference, Strict, Text
from libs.common.imports import Done
from libs.common.persistence.recorded import AlreadyRecorded, pairs, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.survey.commands.known import NotYetKnown, OutsideYourCaseload
from services.survey.domain import KnownCase, KnownChild, Recipient, Wave
from services.survey.domain.wave import WaveNotDraft

ALLOWED: Final[dict[Audience, tuple[str, ...]]] = {
    "schools": ("school_id",),
    "parents": ("parent_id", "child_id"),
    "children": ("child_id",),
    "agencies": (),
}
"""The ids a recipient of an audience may have, first its own; a parent's child is whom the form
is about."""

IDS: Final = ("parent_id", "child_id", "school_id")


class ListRecipient(Strict):
    """Somebody to be asked, under a reference of the list's own, with at most an address."""

    reference: Reference
    parent_id: Identifier | None = None
    child_id: Identifier | None = None
    school_id: Identifier | None = None
    address: Text | None = None

    def unit_id(self, audience: Audience) -> UUID | None:
        """Return the id of the one that is asked, where it is known by id."""
        own = ALLOWED[audience][:1]
        found: UUID | None = getattr(self, own[0]) if own else None
        return found


class RecipientRow(ListRecipient):
    """A recipient as one row of an import."""

    wave_id: Identifier


async def list_recipients(
    uow: UnitOfWork, wave_id: UUID, commands: Sequence[ListRecipient]
) -> list[tuple[Recipient, Done]]:
    """List recipients, all or none of them; the same again change nothing."""
    wave = await uow.get(Wave, wave_id)
    await preload_recipients(uow, [(wave_id, command) for command in commands])
    listed: list[tuple[Recipient, Done]] = []
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
    """Return one refusal with the faults of all, each at its place in the list."""
    first = next((r for _, r in refusals if isinstance(r, Rejected)), refusals[0][1])
    faults = [
        Fault(fault.code, fault.detail, f"/{index}{fault.pointer}")
        for index, refusal in refusals
        for fault in refusal.faults or (Fault(refusal.code, refusal.detail),)
    ]
    return type(first)(code=first.code, detail=first.detail, faults=faults, headers=first.headers)


async def list_recipient(uow: UnitOfWork, row: RecipientRow) -> Done:
    """List one recipient of a wave; the same again changes nothing."""
    wave = await uow.get(Wave, row.wave_id)
    return (await _list(uow, wave, row))[1]


async def _list(uow: UnitOfWork, wave: Wave, command: ListRecipient) -> tuple[Recipient, Done]:
    reference = command.reference
    found = await uow.find(Recipient, unseen=True, wave_id=wave.id, reference=reference)
    if found is not None:
        return found, _list_again(wave, found, command)
    await _check(uow, wave, command)
    wave.list_one()
    recipient = uow.add(
        Recipient(
            id=uuid4(),
            unit_id=command.unit_id(wave.terms.audience),
            wave_id=wave.id,
            **command.model_dump(exclude={"wave_id"}),
        )
    )
    return recipient, Done("created", recipient.id)


def _list_again(wave: Wave, found: Recipient, command: ListRecipient) -> Done:
    """Leave as it is who is listed already; on a draft, the address may be put right."""
    refuse_other(AlreadyRecorded, pairs(found, command.model_dump(include=set(IDS))))
    forgotten = wave.state == "closed" or found.cancelled_on is not None
    if forgotten or found.address == command.address:
        return Done("unchanged", found.id)
    if wave.state != "draft":
        raise WaveNotDraft
    found.address = command.address
    return Done("updated", found.id)


async def _check(uow: UnitOfWork, wave: Wave, command: ListRecipient) -> None:
    allowed = ALLOWED[wave.terms.audience]
    faults = [
        Fault("not-of-this-audience", "A recipient of this audience has no such id.", f"/{name}")
        for name in IDS
        if name not in allowed and getattr(command, name) is not None
    ]
    if faults:
        raise Rejected(faults=faults)
    # Reach comes first: who may not list a child does not hear whether there is such a child.
    # A case may be heard of before the child is, so it is the cases that are asked.
    if not uow.access.everything and not await uow.all(KnownCase, child_id=command.child_id):
        raise OutsideYourCaseload
    if command.child_id and await uow.find(KnownChild, child_id=command.child_id) is None:
        raise NotYetKnown
    unit_id = command.unit_id(wave.terms.audience)
    asked = unit_id and await uow.all(Recipient, unseen=True, wave_id=wave.id, unit_id=unit_id)
    if asked:
        raise Conflict(
            code="asked-already", detail="This wave asks them under another reference already."
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

"""Recipients: whom a wave's questionnaire goes to, listed while it is a draft."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

from libs.common.errors import Conflict, DomainError, Fault, Rejected
from libs.common.events.survey import Audience
from libs.common.fields import Identifier, Reference, Strict, Text
from libs.common.imports import Done
from libs.common.parts import parts
from libs.common.recorded import AlreadyRecorded, pairs, refuse_other
from libs.common.uow import UnitOfWork
from services.survey.commands.found import hold, keep, rows_of, table
from services.survey.commands.known import (
    NotYetKnown,
    OutsideYourCaseload,
    known_children,
    reachable_children,
)
from services.survey.domain import Recipient, Wave
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
LISTS: Final = "recipient lists"


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


@dataclass
class WaveList:
    """What the recipients to be listed may meet on a wave's list, and which children are known."""

    by_reference: dict[str, Recipient] = field(default_factory=dict)
    units: set[UUID] = field(default_factory=set)
    children: set[UUID] = field(default_factory=set)
    reachable: set[UUID] = field(default_factory=set)

    def add(self, recipient: Recipient) -> None:
        """Remember one that was found or made."""
        self.by_reference[recipient.reference] = recipient
        if recipient.unit_id is not None:
            self.units.add(recipient.unit_id)


async def list_recipients(
    uow: UnitOfWork, wave_id: UUID, commands: Sequence[ListRecipient]
) -> list[tuple[Recipient, Done]]:
    """List recipients, all or none of them; the same again change nothing."""
    wave = await uow.get(Wave, wave_id)
    known = await _look_up(uow, wave_id, commands)
    listed: list[tuple[Recipient, Done]] = []
    refusals: list[tuple[int, DomainError]] = []
    for index, command in enumerate(commands):
        try:
            listed.append(_list(uow, wave, command, known))
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
    lists = table(uow, LISTS)
    known = lists[row.wave_id] if lists else await _look_up(uow, row.wave_id, [row])
    return _list(uow, wave, row, known)[1]


def _list(
    uow: UnitOfWork, wave: Wave, command: ListRecipient, known: WaveList
) -> tuple[Recipient, Done]:
    found = known.by_reference.get(command.reference)
    if found is not None:
        return found, _list_again(wave, found, command)
    _check(uow, wave, command, known)
    wave.list_one()
    recipient = uow.add(
        Recipient(
            id=uuid4(),
            unit_id=command.unit_id(wave.terms.audience),
            wave_id=wave.id,
            **command.model_dump(exclude={"wave_id"}),
        )
    )
    known.add(recipient)
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


def _check(uow: UnitOfWork, wave: Wave, command: ListRecipient, known: WaveList) -> None:
    allowed = ALLOWED[wave.terms.audience]
    faults = [
        Fault("not-of-this-audience", "A recipient of this audience has no such id.", f"/{name}")
        for name in IDS
        if name not in allowed and getattr(command, name) is not None
    ]
    if faults:
        raise Rejected(faults=faults)
    # Reach comes first: who may not list a child does not hear whether there is such a child.
    if not uow.access.everything and command.child_id not in known.reachable:
        raise OutsideYourCaseload
    if command.child_id is not None and command.child_id not in known.children:
        raise NotYetKnown
    if command.unit_id(wave.terms.audience) in known.units:
        raise Conflict(
            code="asked-already", detail="This wave asks them under another reference already."
        )


async def _look_up(uow: UnitOfWork, wave_id: UUID, commands: Collection[ListRecipient]) -> WaveList:
    known = WaveList()
    units = {id_ for c in commands for id_ in (c.parent_id, c.child_id, c.school_id) if id_}
    for column, values in (
        (Recipient.reference, {command.reference for command in commands}),
        (Recipient.unit_id, units),
    ):
        for part in parts(values):
            for found in await rows_of(
                uow, Recipient, (Recipient.wave_id == wave_id) & column.in_(part)
            ):
                known.add(found)
    children = {command.child_id for command in commands if command.child_id}
    known.children = await known_children(uow, children)
    if not uow.access.everything:
        known.reachable = await reachable_children(uow, children)
    return known


async def prepare_recipients(uow: UnitOfWork, rows: Sequence[RecipientRow]) -> None:
    """Load at once what a chunk names."""
    by_wave: dict[UUID, list[RecipientRow]] = defaultdict(list)
    for row in rows:
        by_wave[row.wave_id].append(row)
    await hold(uow, Wave, by_wave.keys())
    keep(uow, LISTS, {id_: await _look_up(uow, id_, mine) for id_, mine in by_wave.items()})

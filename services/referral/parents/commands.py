"""Parents and carers recorded, and what is so of their relationships to children."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import Field

from libs.common.contracts.base import Event
from libs.common.contracts.referral import Responsibility, Restriction
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.errors import ValidationError
from libs.common.core.fields import Code, Day, LongText, Reference, Strict, Text
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import AlreadyRecorded, ahead, refuse_ahead, refuse_other
from libs.common.persistence.uow import ReadTransaction, UnitOfWork
from services.referral.children.domain import Child
from services.referral.children.keys import ChildId
from services.referral.duplicates.finding import find_of_person
from services.referral.parents.codes import WithdrawalReason
from services.referral.parents.domain import FormerPerson, Person, Relationship
from services.referral.parents.keys import PersonId

Phone = Annotated[Text, Field(max_length=40)]


class RecordPerson(Strict):
    """A parent or carer under the county's reference; what is left out stays, null empties."""

    name: Text
    email: Text | None = None
    phone: Phone | None = None
    language: Code | None = None


class ParentPart(RecordPerson):
    """A parent or carer in a child's push, under the county's reference for them."""

    reference: Reference
    relationship: Code


class RecordRelationship(Strict):
    """Somebody is a child's parent or carer from a day on."""

    child_id: ChildId
    person_id: PersonId
    kind: Code
    from_on: Day


class EndRelationship(Strict):
    """A relationship no longer holds from a day on."""

    ended_on: Day


class StateResponsibility(Strict):
    """Whether a person has parental responsibility; who says that it is verified saw evidence."""

    responsibility: Responsibility
    stated_on: Day


class RestrictRelationship(Strict):
    """All that a person may not have of a child, from a day on; an empty list lifts it."""

    restrictions: tuple[Restriction, ...] = Field(max_length=4)
    restricted_on: Day


class CorrectRelationship(Correction):
    """What a relationship was all along."""

    kind: Code
    from_on: Day
    ended_on: Day | None


class WithdrawRecipient(Strict):
    """A person must no longer be contacted from a day on."""

    withdrawn_on: Day
    reason: WithdrawalReason
    note: LongText | None = None


async def person_of(reading: ReadTransaction, id_: UUID, *, version: int | None = None) -> Person:
    """Return a person by their id or one given out before; raises NotFound, PreconditionFailed."""
    former = await reading.find(FormerPerson, id=id_)
    return await reading.get(Person, former.person_id if former else id_, version=version)


async def record_person(
    uow: UnitOfWork, reference: str, command: RecordPerson
) -> tuple[Person, CommandOutcome]:
    """Record a person as they are today; the same again changes nothing."""
    known = await uow.all(Person, reference=reference, unseen=True)
    person = next((one for one in known if one.apart == 0), None)
    if person is None:
        person = uow.add(_new_person(reference, command, uow.today()))
        await find_of_person(uow, person)
        return person, CommandOutcome("created", person.id)
    changed = await _take_over(uow, person, command, uow.today())
    if changed:
        await find_of_person(uow, person)
    return person, CommandOutcome("updated" if changed else "unchanged", person.id)


def _new_person(reference: str, told: RecordPerson, on: date) -> Person:
    about = told.model_dump(include=set(RecordPerson.model_fields))
    return Person(id=uuid4(), reference=reference, as_of=on, **about)


async def _take_over(uow: UnitOfWork, person: Person, told: RecordPerson, on: date) -> bool:
    """Bring a person up to date with what was told of a day; nothing older changes them.

    The ETags of their children move with them.
    """
    if on < person.as_of:
        return False
    person.as_of = on
    fields = told.model_fields_set & RecordPerson.model_fields.keys()
    if not person.change(told.model_dump(include=fields)):
        return False
    await touch_children(uow, person)
    return True


async def record_parents(
    uow: UnitOfWork, child: Child, parts: Sequence[ParentPart], on: date
) -> bool:
    """Record the whole list of a child's parents as of a day; say whether anything changed.

    Who holds that day and is on the list no more ends with it. A list older than the newest one
    ends nobody: who is only on it held until the newest.
    """
    until = child.parents_on if child.parents_on and on < child.parents_on else None
    spans = await uow.all(Relationship, child_id=child.id, unseen=True)
    before, changed, listed = uow.emitted, False, set()
    for part in parts:
        person, differs = await _person(uow, part, {one.person_id for one in spans}, on)
        changed |= differs
        listed.add(person.id)
        mine = [one for one in spans if one.person_id == person.id]
        _hold(uow, mine, _new_relationship(child.id, person.id, part.relationship, on, until))
    if until is None:
        child.parents_on = on
        _end_others(uow, spans, listed, on)
    return changed or uow.emitted > before


async def _person(
    uow: UnitOfWork, part: ParentPart, of_the_child: set[UUID], on: date
) -> tuple[Person, bool]:
    """Return whom a push means, and whether that is new: of one reference, the child's own."""
    known = await uow.all(Person, reference=part.reference, unseen=True)
    own = [one for one in known if one.id in of_the_child]
    person = next((one for one in (*own, *known) if one in own or one.apart == 0), None)
    if person is None:
        return uow.add(_new_person(part.reference, part, on)), True
    return person, await _take_over(uow, person, part, on)


def _new_relationship(
    child_id: UUID, person_id: UUID, kind: str, on: date, until: date | None = None
) -> Relationship:
    return Relationship(
        id=uuid4(), child_id=child_id, person_id=person_id, kind=kind, from_on=on, ended_on=until
    )


def _hold(uow: UnitOfWork, spans: Sequence[Relationship], new: Relationship) -> Relationship:
    """Have a person be a child's parent from a day on, by a span of theirs or by a new one."""
    on = new.from_on
    held = next((one for one in spans if one.holds_on(on)), None)
    begun = next((one for one in spans if one.from_on == on), None)
    later = [one for one in spans if one.from_on > on and not one.void]
    if held is not None:
        if held.kind != new.kind and new.ended_on is None:
            uow.emit(held, held.change_kind(new.kind))
        return held
    if begun is not None:
        uow.emit(begun, begun.stand_again(new.kind, new.ended_on))
        return begun
    if later:
        first = min(later, key=lambda one: one.from_on)
        uow.emit(first, first.hold_from(on))
        return first
    uow.emit(uow.add(new), new.record())
    return new


def _end_others(
    uow: UnitOfWork, spans: Sequence[Relationship], listed: set[UUID], on: date
) -> None:
    for one in spans:
        if one.current and one.holds_on(on) and one.person_id not in listed:
            uow.emit(one, one.end(on))


async def record_relationship(
    uow: UnitOfWork, command: RecordRelationship
) -> tuple[Relationship, CommandOutcome]:
    """Record a relationship; the same again changes nothing."""
    refuse_ahead(uow, command)
    child = await uow.get(Child, command.child_id)
    person = await person_of(uow, command.person_id)
    spans = await uow.all(Relationship, child_id=child.id, person_id=person.id, unseen=True)
    held = next((one for one in spans if one.holds_on(command.from_on)), None)
    if held is not None:
        refuse_other(AlreadyRecorded, {"kind": (held.kind, command.kind)})
        return held, CommandOutcome("unchanged", held.id)
    new = _new_relationship(child.id, person.id, command.kind, command.from_on)
    relationship = _hold(uow, spans, new)
    child.touch()
    return relationship, CommandOutcome("created", relationship.id)


async def end_relationship(
    uow: UnitOfWork, id_: UUID, command: EndRelationship, version: int
) -> Relationship:
    """End a relationship; the same again changes nothing."""
    refuse_ahead(uow, command)
    one = await uow.get(Relationship, id_, version=version)
    if one.ended_on is not None:
        refuse_other(AlreadyRecorded, {"ended_on": (one.ended_on, command.ended_on)})
        return one
    await _tell(uow, one, one.end(command.ended_on))
    return one


async def state_responsibility(
    uow: UnitOfWork, id_: UUID, command: StateResponsibility, version: int
) -> Relationship:
    """Say whether a person has parental responsibility; who says so is kept."""
    refuse_ahead(uow, command)
    one = await uow.get(Relationship, id_, version=version)
    by = uow.actor.subject
    await _tell(uow, one, one.answer_for(command.responsibility, command.stated_on, by))
    return one


async def restrict_relationship(
    uow: UnitOfWork, id_: UUID, command: RestrictRelationship, version: int
) -> Relationship:
    """Say all that a person may not have of a child."""
    refuse_ahead(uow, command)
    one = await uow.get(Relationship, id_, version=version)
    await _tell(uow, one, one.restrict(sorted(set(command.restrictions)), command.restricted_on))
    return one


async def correct_relationship(
    uow: UnitOfWork, id_: UUID, command: CorrectRelationship, version: int
) -> Relationship:
    """Put right what was recorded wrongly; what was there stays in the change log."""
    errors = ahead(uow, command)
    if command.ended_on is not None and command.ended_on < command.from_on:
        errors.append(
            ValidationError(
                "before-start", "A relationship cannot end before it began.", "/ended_on"
            )
        )
    uow.faults.add(errors)
    one = await uow.get(Relationship, id_, version=version)
    event = one.correct(command.kind, command.from_on, command.ended_on, command.reason)
    await _tell(uow, one, event)
    uow.explain(one, command.reason, command.note)
    return one


async def void_relationship(
    uow: UnitOfWork, id_: UUID, command: Withdrawal, version: int
) -> Relationship:
    """Withdraw a relationship that there never was; recorded again, it stands again."""
    one = await uow.get(Relationship, id_, version=version)
    await _tell(uow, one, one.withdraw(uow.today(), command.reason))
    uow.explain(one, command.reason, command.note)
    return one


async def _tell(uow: UnitOfWork, one: Relationship, event: Event) -> None:
    """Publish what became of a relationship; its child's ETag moves with it."""
    await _touch(uow, one)
    uow.emit(one, event)


async def touch_children(uow: UnitOfWork, person: Person) -> None:
    """Have the ETags of the children move with whom a person is shown."""
    await _touch(uow, *await uow.all(Relationship, person_id=person.id, unseen=True))


async def _touch(uow: UnitOfWork, *relationships: Relationship) -> None:
    for child_id in {one.child_id for one in relationships}:
        [child] = await uow.all(Child, id=child_id, unseen=True)
        child.touch()


async def withdraw_recipient(
    uow: UnitOfWork, id_: UUID, command: WithdrawRecipient, version: int
) -> Person:
    """Have nobody contact a person any more."""
    refuse_ahead(uow, command)
    person = await person_of(uow, id_, version=version)
    uow.emit(person, person.withdraw(command.withdrawn_on, command.reason))
    uow.explain(person, command.reason, command.note)
    return person


async def void_withdrawal(uow: UnitOfWork, id_: UUID, command: Withdrawal, version: int) -> Person:
    """Take back that a person must not be contacted; who was cancelled meanwhile stays so."""
    person = await person_of(uow, id_, version=version)
    uow.emit(person, person.void_withdrawal(command.reason))
    uow.explain(person, command.reason, command.note)
    return person

"""A new identity for a child who was adopted: a record of its own that nothing leads to."""

from dataclasses import asdict
from uuid import UUID

from libs.common.contracts.referral import ChildRecordClosed
from libs.common.core.errors import ValidationError
from libs.common.core.fields import Code, Day, Name, Reference, Strict
from libs.common.persistence.recorded import refuse_ahead
from libs.common.persistence.uow import UnitOfWork
from services.referral.children.commands import RecordChild, record_child
from services.referral.children.domain import Child, ChildClosed
from services.referral.children.numbers import keep_number, taken_faults
from services.referral.children.queries import characteristics_on, school_on
from services.referral.children.upn import NewIdentity, Upn
from services.referral.schools.domain import School


class GiveNewIdentity(Strict):
    """The reference, names and pupil number that an adopted child has from a day on."""

    scheme: Code
    reference: Reference
    upn: Upn | None = None
    forename: Name | None = None
    surname: Name
    given_on: Day


async def give_new_identity(
    uow: UnitOfWork, child_id: UUID, command: GiveNewIdentity, version: int
) -> Child:
    """Close a child's record and begin another, at the same school and with the same needs.

    That one follows the other is for information governance alone. Plans, cases and parents stay
    with the record that is closed, about which nobody is asked any more.
    """
    refuse_ahead(uow, command)
    child = await uow.get(Child, child_id, version=version)
    if child.closed_on is not None:
        raise ChildClosed
    errors = []
    if await uow.find(Child, scheme=command.scheme, reference=command.reference) is not None:
        detail = "This reference is of another record."
        errors.append(ValidationError("reference-taken", detail, "/reference"))
    if command.upn is not None and command.upn == child.upn:
        detail = "The new identity needs another pupil number, or none."
        errors.append(ValidationError("upn-taken", detail, "/upn"))
    errors += await taken_faults(uow, command.upn, child)
    uow.faults.add(errors)
    child.closed_on = command.given_on
    uow.emit(child, ChildRecordClosed(child_id=child.id, closed_on=uow.today()))
    if child.upn is not None:
        await keep_number(uow, child, child.upn, command.given_on)
    push = await _first_push(uow, child, command)
    new, _ = await record_child(uow, command.scheme, command.reference, push)
    uow.add(NewIdentity(child_id=new.id, former_child_id=child.id, given_on=command.given_on))
    return new


async def _first_push(uow: UnitOfWork, child: Child, command: GiveNewIdentity) -> RecordChild:
    """Return the first push of the new record."""
    _, so = await characteristics_on(uow, child.id, command.given_on)
    school_id = await school_on(uow, child.id, command.given_on)
    [school] = await uow.all(School, id=school_id, unseen=True)
    return RecordChild.model_validate(
        command.model_dump(include={"upn", "forename", "surname"})
        | asdict(so)
        | {
            "born_on": child.born_on,
            "sex": child.sex,
            "school_urn": school.urn,
            "effective_on": command.given_on,
        }
    )

"""One push for a child: who they are, what is so of them, school, parents and plans."""

from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import Field

from libs.common.contracts.referral import Sex
from libs.common.core.dated import State
from libs.common.core.errors import ValidationError
from libs.common.core.fields import (
    Code,
    Day,
    Name,
    Needed,
    Reference,
    Strict,
    StrictBool,
    StrictInt64,
)
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import ahead, left_out
from libs.common.persistence.uow import UnitOfWork
from services.referral.children.codes import Need, YearGroup
from services.referral.children.domain import Child, ChildClosed, Plan
from services.referral.children.numbers import keep_former, taken_faults
from services.referral.children.plans import PlanPart, missing_of_plans, plan_faults, record_plans
from services.referral.children.telling import (
    before,
    publish,
    tell_characteristics,
    tell_school,
)
from services.referral.children.upn import Upn
from services.referral.children.years import age_faults
from services.referral.duplicates.finding import find_of_child
from services.referral.parents.commands import ParentPart, record_parents
from services.referral.schools.domain import School
from services.referral.schools.queries import carrying_on

CHARACTERISTICS = ("year_group", "needs", "pupil_premium", "looked_after", "eal")
PARTICULARS = ("upn", "forename", "surname", "born_on", "sex")


class RecordChild(Strict):
    """A child under the county's reference, as the county has them from ``effective_on`` on.

    What is left out says nothing, null empties, a list is the whole list from that day. Whether a
    plan names the service is true or false, or the name itself: SSSEN or SSEN.
    """

    upn: Upn | None = None
    upn_duplicate_confirmed: StrictBool = False
    forename: Name | None = None
    surname: Needed[Name] = None
    born_on: Needed[Day] = None
    sex: Needed[Sex] = None
    year_group: Needed[YearGroup] = None
    school_urn: Needed[Annotated[StrictInt64, Field(ge=1, le=999_999)]] = None
    needs: Annotated[tuple[Need, ...], Field(max_length=6)] | None = None
    pupil_premium: Needed[StrictBool] = None
    looked_after: Needed[StrictBool] = None
    eal: Needed[StrictBool] = None
    effective_on: Day
    parents: Annotated[tuple[ParentPart, ...], Field(max_length=10)] | None = None
    plans: Annotated[tuple[PlanPart, ...], Field(max_length=20)] | None = None

    @property
    def characteristics(self) -> State:
        """What the push says is so of the child, as it is kept."""
        said = {name for name in CHARACTERISTICS if self.said(name)}
        told = self.model_dump(mode="json", include=said)
        return told | ({"needs": told["needs"] or []} if "needs" in said else {})

    @property
    def particulars(self) -> dict[str, Any]:
        """Who the push says the child is; one name is the surname, and no forename is empty."""
        told = {name: getattr(self, name) for name in PARTICULARS if self.said(name)}
        return told | ({"forename": told["forename"] or ""} if "forename" in told else {})

    @property
    def listed_plans(self) -> tuple[PlanPart, ...] | None:
        """All plans that the child has, or None where the push says nothing of them."""
        return (self.plans or ()) if self.said("plans") else None


class ChildRow(RecordChild):
    """A child as one row of an import."""

    scheme: Code
    reference: Reference


async def record_child(
    uow: UnitOfWork, scheme: str, reference: str, command: RecordChild
) -> tuple[Child, CommandOutcome]:
    """Record a child with all that came in one push; the same again changes nothing.

    What is so from a day on is kept of its day, in whatever order pushes come; who the child is
    stays as the newest push told it. One that is older, and of which something does not hold, is
    superseded.
    """
    school = await uow.find(School, unseen=True, urn=command.school_urn or 0)
    if school is not None:
        school = await carrying_on(uow, school, command.effective_on)
    # No other push reads the child until this one is done: which of two is the newer is settled
    # one at a time. A push may leave the child as it was and still change a plan.
    child = await uow.find(Child, lock="update", scheme=scheme, reference=reference)
    if child is not None and child.closed_on is not None:
        raise ChildClosed
    await _check(uow, command, child, school)
    version, created = uow.emitted, child is None
    if child is None:
        assert school is not None
        child = uow.add(_new_child(scheme, reference, command, school.id))
    newest = child.push(command.effective_on)
    changed = await _tell(uow, child, command, school)
    parts = uow.emitted
    parents = False
    if "parents" in command.model_fields_set:
        parents = await record_parents(uow, child, command.parents or (), command.effective_on)
    changed |= parents
    await record_plans(uow, child, command.listed_plans, command.effective_on)
    if parents or uow.emitted > parts:
        child.touch()
    changed |= uow.emitted > version
    if created or changed:
        await find_of_child(uow, child)
    if created:
        return child, CommandOutcome("created", child.id)
    if not newest and await _is_superseded(uow, child, command, school):
        return child, CommandOutcome("superseded", child.id, child.as_of)
    return child, CommandOutcome("updated" if changed else "unchanged", child.id)


async def _check(
    uow: UnitOfWork, command: RecordChild, child: Child | None, school: School | None
) -> None:
    """Refuse what cannot be, naming all of it."""
    errors = [*plan_faults(command.plans or ()), *ahead(uow, command)]
    errors += left_out(command) if child is None else ()
    errors += await missing_of_plans(uow, child, command.plans or ())
    if school is None and command.school_urn is not None:
        detail = "There is no school of this URN."
        errors.append(ValidationError("unknown-school", detail, "/school_urn"))
    errors += _born_later(uow, command, child)
    errors += await age_faults(
        uow, child, command.born_on, command.year_group, command.effective_on
    )
    if not command.upn_duplicate_confirmed:
        errors += await taken_faults(uow, command.upn, child)
    uow.faults.add(errors)
    uow.faults.refuse()


def _born_later(
    uow: UnitOfWork, command: RecordChild, child: Child | None
) -> Iterable[ValidationError]:
    born_on = command.born_on or (child.born_on if child else None)
    if born_on is not None and command.effective_on < born_on <= uow.today():
        detail = "The child must be born by the day of the record."
        yield ValidationError("born-later", detail, "/born_on")


def _new_child(scheme: str, reference: str, command: RecordChild, school_id: UUID) -> Child:
    told = command.particulars | command.characteristics
    return Child(
        id=uuid4(),
        scheme=scheme,
        reference=reference,
        school_id=school_id,
        registered_on=command.effective_on,
        characteristics_on=command.effective_on,
        as_of=command.effective_on,
        **{"upn": None, "forename": "", "needs": []} | told,
    )


async def _tell(uow: UnitOfWork, child: Child, command: RecordChild, school: School | None) -> bool:
    """Take over who the child is and what is so of them; say whether who they are changed."""
    day, was = command.effective_on, await before(uow, child)
    await keep_former(uow, child, command.particulars, day)
    upn, changed = child.upn, child.take(command.particulars, day)
    if command.upn is not None and child.upn == command.upn:
        child.upn_shared |= command.upn_duplicate_confirmed
    if school is not None:
        await tell_school(uow, child, day, school.id)
    await tell_characteristics(uow, child, day, command.characteristics)
    await publish(uow, child, was)
    if changed:
        uow.emit(child, child.tell_anew(upn))
    return changed


async def _is_superseded(
    uow: UnitOfWork, child: Child, command: RecordChild, school: School | None
) -> bool:
    """Say whether something in a push that is older than another does not hold now."""
    told = command.particulars | command.characteristics
    if school is not None:
        told["school_id"] = school.id
    if any(getattr(child, name) != value for name, value in told.items()):
        return True
    plans = {one.reference: one for one in await uow.all(Plan, child_id=child.id, unseen=True)}
    return any(part.differs(plans[part.reference]) for part in command.plans or ())

"""One push for a child: who they are, what is so of them, school, parents and plans."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from libs.common.contracts.referral import Sex
from libs.common.core.days import PlannedDay
from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Code, Day, Reference, Strict, StrictBool, StrictInt64, Text
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import ahead, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.children.codes import CeaseReason, Need, YearGroup
from services.referral.children.domain import (
    Characteristics,
    Child,
    Parent,
    Particulars,
    Plan,
    PlanClosed,
    PlanTerms,
    is_valid_upn,
)
from services.referral.children.plan_types import plan_types
from services.referral.schools.domain import School
from services.referral.schools.queries import carrying_on


def _upn(text: str) -> str:
    if not is_valid_upn(text):
        raise PydanticCustomError("upn_not_valid", "is not a UPN with the right check letter")
    return text


Upn = Annotated[str, AfterValidator(_upn)]


class ParentPart(Strict):
    """A parent or carer, under the county's reference for them."""

    reference: Reference
    name: Text
    email: Text | None = None
    phone: Annotated[Text, Field(max_length=40)] | None = None
    relationship: Code


class PlanPart(Strict):
    """A plan, under the county's reference for it."""

    reference: Reference
    plan_type: Code
    names_service: StrictBool
    starts_on: PlannedDay
    ends_on: PlannedDay | None = None
    cease_reason: CeaseReason | None = None
    review_due_on: PlannedDay | None = None

    @property
    def terms(self) -> PlanTerms:
        """What the push says the plan says."""
        return PlanTerms(self.plan_type, self.names_service, self.starts_on, self.review_due_on)


class RecordChild(Strict):
    """A child under the county's reference, as the county has them from ``effective_on`` on."""

    upn: Upn | None = None
    forename: Text
    surname: Text
    born_on: Day
    sex: Sex
    year_group: YearGroup
    school_urn: Annotated[StrictInt64, Field(ge=1, le=999_999)]
    needs: tuple[Need, ...] = Field(default=(), max_length=6)
    pupil_premium: StrictBool
    looked_after: StrictBool
    eal: StrictBool
    effective_on: Day
    parents: tuple[ParentPart, ...] = Field(default=(), max_length=10)
    plans: tuple[PlanPart, ...] = Field(default=(), max_length=20)

    @property
    def characteristics(self) -> Characteristics:
        """What the push says is so of the child."""
        return Characteristics(
            self.year_group, self.needs, self.pupil_premium, self.looked_after, self.eal
        )

    @property
    def particulars(self) -> Particulars:
        """Who the push says the child is."""
        return Particulars(self.forename, self.surname, self.born_on, self.sex, self.upn)


class ChildRow(RecordChild):
    """A child as one row of an import."""

    scheme: Code
    reference: Reference


async def record_child(
    uow: UnitOfWork, scheme: str, reference: str, command: RecordChild
) -> tuple[Child, CommandOutcome]:
    """Record a child with all that came in one push; the same again changes nothing.

    A push that is older than another adds the parents and plans that are new; whatever is on
    record stays as the newer one left it.
    """
    _check(uow, command)
    school = await uow.find(School, unseen=True, urn=command.school_urn)
    if school is None:
        raise Rejected(
            errors=[
                ValidationError("unknown-school", "There is no school of this URN.", "/school_urn")
            ]
        )
    school = await carrying_on(uow, school, command.effective_on)
    # No other push reads the child until this one is done: which of two is the newer is settled
    # one at a time. A push may leave the child as it was and still change a plan.
    child = await uow.find(Child, lock="update", scheme=scheme, reference=reference)
    before = uow.emitted
    created = child is None
    if child is None:
        child = uow.add(_new_child(scheme, reference, command, school.id))
        uow.emit(child, child.register(command.sex))
        uow.emit(child, child.characterise(command.characteristics, command.effective_on))
    newest = child.push(command.effective_on)
    changed = newest and _update(uow, child, command, school.id)
    changed |= await _record_parents(uow, child, command, newest=newest)
    changed |= await _record_plans(uow, child, command, newest=newest)
    changed |= uow.emitted > before
    return child, CommandOutcome(
        "created" if created else "updated" if changed else "unchanged", child.id
    )


def _check(uow: UnitOfWork, command: RecordChild) -> None:
    errors = [
        ValidationError(
            "unknown-plan-type", "There is no plan type of this code.", f"/plans/{i}/plan_type"
        )
        for i, plan in enumerate(command.plans)
        if plan.plan_type not in plan_types()
    ]
    errors += [
        ValidationError(
            "before-start", "A plan cannot end before it starts.", f"/plans/{i}/ends_on"
        )
        for i, plan in enumerate(command.plans)
        if plan.ends_on is not None and plan.ends_on < plan.starts_on
    ]
    errors += [
        ValidationError(
            "go-together",
            "Only a plan that ends can have a reason for ending.",
            f"/plans/{i}/cease_reason",
        )
        for i, plan in enumerate(command.plans)
        if plan.ends_on is None and plan.cease_reason is not None
    ]
    errors += ahead(uow, command)
    if command.effective_on < command.born_on <= uow.today():
        errors.append(
            ValidationError(
                "born-later", "The child must be born by the day of the record.", "/born_on"
            )
        )
    if errors:
        raise Rejected(errors=errors)


def _new_child(scheme: str, reference: str, command: RecordChild, school_id: UUID) -> Child:
    return Child(
        id=uuid4(),
        scheme=scheme,
        reference=reference,
        upn=command.upn,
        forename=command.forename,
        surname=command.surname,
        born_on=command.born_on,
        sex=command.sex,
        school_id=school_id,
        year_group=command.year_group,
        needs=list(command.needs),
        pupil_premium=command.pupil_premium,
        looked_after=command.looked_after,
        eal=command.eal,
        registered_on=command.effective_on,
        characteristics_on=command.effective_on,
        as_of=command.effective_on,
    )


def _update(uow: UnitOfWork, child: Child, command: RecordChild, school_id: UUID) -> bool:
    """Bring a child up to date."""
    if child.school_id != school_id:
        uow.emit(child, child.move(school_id, command.effective_on))
    if child.characteristics != command.characteristics:
        uow.emit(child, child.characterise(command.characteristics, command.effective_on))
    return child.correct(command.particulars)


async def _record_parents(
    uow: UnitOfWork, child: Child, command: RecordChild, *, newest: bool
) -> bool:
    changed = False
    for part in command.parents:
        parent = await uow.find(Parent, child_id=child.id, reference=part.reference, unseen=True)
        if parent is None:
            uow.add(Parent(id=uuid4(), child_id=child.id, **part.model_dump()))
            changed = True
        elif newest:
            changed |= parent.change(part.name, part.email, part.phone, part.relationship)
    return changed


async def _record_plans(
    uow: UnitOfWork, child: Child, command: RecordChild, *, newest: bool
) -> bool:
    before = uow.emitted
    for index, part in enumerate(command.plans):
        plan = await uow.find(Plan, child_id=child.id, reference=part.reference, unseen=True)
        if plan is None:
            plan = uow.add(_new_plan(child.id, part))
            uow.emit(plan, plan.name())
        elif not newest:
            continue
        elif plan.terms != part.terms:
            uow.emit(plan, plan.amend(part.terms))
        if part.ends_on is not None:
            _cease(uow, plan, part.ends_on, part.cease_reason, f"plans/{index}")
    return uow.emitted > before


def _cease(uow: UnitOfWork, plan: Plan, on: date, reason: str | None, place: str) -> None:
    """End a plan; one that has ended stays as it is, and a reason left out says nothing."""
    reason = reason or plan.cease_reason or "other"
    if plan.ends_on is None:
        uow.emit(plan, plan.cease(on, reason))
        return
    fields: dict[str, tuple[object, object]] = {
        f"{place}/ends_on": (plan.ends_on, on),
        f"{place}/cease_reason": (plan.cease_reason, reason),
    }
    refuse_other(PlanClosed, fields)


def _new_plan(child_id: UUID, part: PlanPart) -> Plan:
    return Plan(
        id=uuid4(),
        child_id=child_id,
        reference=part.reference,
        plan_type=part.plan_type,
        names_service=part.names_service,
        starts_on=part.starts_on,
        review_due_on=part.review_due_on,
    )

"""Children, with their parents and plans, over HTTP."""

from dataclasses import asdict
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel

from libs.common.contracts.referral import Responsibility, Restriction, Sex
from libs.common.core.errors import NotFound
from libs.common.core.fields import Code, Reference, of_codes, of_form
from libs.common.http.requests import router
from libs.common.persistence.uow import ReadTransaction
from services.referral.children.codes import CeaseReason, Need, YearGroup
from services.referral.children.domain import Child
from services.referral.children.queries import (
    PlanThen,
    characteristics_on,
    plans_on,
    school_on,
)
from services.referral.parents.domain import Person, Relationship
from services.referral.parents.queries import parents_of

routes = router()


class NotKnownThen(NotFound):
    """Nothing is on record of a day before a child became known."""

    detail = "The child was not known to the service on that day."


class ParentView(BaseModel):
    """A parent or carer; ``parent_id`` is the person's."""

    parent_id: UUID
    relationship_id: UUID
    reference: Annotated[str, of_form(Reference)]
    name: str
    email: str | None
    phone: str | None
    language: Annotated[str, of_form(Code)] | None
    relationship: Annotated[str, of_form(Code)]
    responsibility: Annotated[str, of_codes(Responsibility)]
    restrictions: list[Annotated[str, of_codes(Restriction)]]
    from_on: date


class PlanView(BaseModel):
    """A plan."""

    plan_id: UUID
    reference: Annotated[str, of_form(Reference)]
    plan_type: Annotated[str, of_form(Code)]
    names_service: bool
    starts_on: date
    ends_on: date | None
    cease_reason: Annotated[str, of_codes(CeaseReason)] | None
    review_due_on: date | None


class ChildView(BaseModel):
    """A child, for those who work with them: as now, or as it was true on a day.

    ``effective_on`` is the day from which the characteristics hold. ``superseded_by`` answers a
    push that is older than what is known, and of which something does not hold: the day of what
    does. Where it is merged, the record that stays is named. A field that the caller may not see is
    null, and named in ``withheld``.
    """

    child_id: UUID
    scheme: Annotated[str, of_form(Code)]
    reference: Annotated[str, of_form(Reference)]
    upn: str | None
    forename: str | None
    surname: str
    born_on: date
    sex: Annotated[str, of_codes(Sex)]
    year_group: Annotated[str, of_codes(YearGroup)]
    school_id: UUID
    needs: list[Annotated[str, of_codes(Need)]]
    pupil_premium: bool
    looked_after: bool
    eal: bool
    effective_on: date
    closed_on: date | None
    superseded_by: date | None = None
    merged_into: UUID | None
    parents: list[ParentView]
    plans: list[PlanView]
    withheld: list[str] = []


async def view_of(
    reading: ReadTransaction, child: Child, day: date, superseded_by: date | None = None
) -> ChildView:
    """Show a child with parents and plans, as it was true on a day; who they are, as now.

    Raises NotFound where the child was not known on that day.
    """
    if day < child.registered_on:
        raise NotKnownThen
    parents = await parents_of(reading, child.id, day)
    since, so = await characteristics_on(reading, child.id, day)
    return ChildView(
        child_id=child.id,
        scheme=child.scheme,
        reference=child.reference,
        upn=child.upn,
        forename=child.forename or None,
        surname=child.surname,
        born_on=child.born_on,
        sex=child.sex,
        school_id=await school_on(reading, child.id, day),
        **asdict(so) | {"needs": list(so.needs)},
        effective_on=since,
        closed_on=child.closed_on,
        superseded_by=superseded_by,
        merged_into=child.merged_into,
        parents=[_parent(*one) for one in parents],
        plans=[plan_view(one) for one in await plans_on(reading, child.id, day, unseen=False)],
    )


def _parent(relationship: Relationship, person: Person) -> ParentView:
    return ParentView(
        parent_id=person.id,
        relationship_id=relationship.id,
        reference=person.reference,
        name=person.name,
        email=person.email,
        phone=person.phone,
        language=person.language,
        relationship=relationship.kind,
        responsibility=relationship.responsibility,
        restrictions=relationship.restrictions,
        from_on=relationship.from_on,
    )


def plan_view(then: PlanThen) -> PlanView:
    """Show a plan with what it said on a day."""
    return PlanView(
        plan_id=then.plan.id,
        reference=then.plan.reference,
        **asdict(then.terms),
        starts_on=then.plan.starts_on,
        ends_on=then.plan.ends_on,
        cease_reason=then.plan.cease_reason,
    )

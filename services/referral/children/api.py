"""Children, with their parents and plans, over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel

from libs.common.core.fields import Code, Identifier, Reference
from libs.common.http.requests import Read, Work, etag, permission, router
from libs.common.persistence.uow import ReadTransaction
from services.referral.children.commands import RecordChild, record_child
from services.referral.children.domain import Child, Parent, Plan

routes = router()


class ParentView(BaseModel):
    """A parent or carer."""

    parent_id: UUID
    reference: str
    name: str
    email: str | None
    phone: str | None
    relationship: str


class PlanView(BaseModel):
    """A plan."""

    plan_id: UUID
    reference: str
    plan_type: str
    names_service: bool
    starts_on: date
    ends_on: date | None
    cease_reason: str | None
    review_due_on: date | None


class ChildView(BaseModel):
    """A child, for those who work with them."""

    child_id: UUID
    scheme: str
    reference: str
    upn: str | None
    forename: str
    surname: str
    born_on: date
    sex: str
    year_group: str
    school_id: UUID
    needs: list[str]
    pupil_premium: bool
    looked_after: bool
    eal: bool
    effective_on: date
    parents: list[ParentView]
    plans: list[PlanView]


async def view_of(reading: ReadTransaction, child: Child) -> ChildView:
    """Show a child with parents and plans."""
    parents = await reading.all(Parent, child_id=child.id)
    plans = await reading.all(Plan, child_id=child.id)
    return ChildView(
        child_id=child.id,
        scheme=child.scheme,
        reference=child.reference,
        upn=child.upn,
        forename=child.forename,
        surname=child.surname,
        born_on=child.born_on,
        sex=child.sex,
        year_group=child.year_group,
        school_id=child.school_id,
        needs=child.needs,
        pupil_premium=child.pupil_premium,
        looked_after=child.looked_after,
        eal=child.eal,
        effective_on=child.characteristics_on,
        parents=[_parent(one) for one in sorted(parents, key=lambda one: one.reference)],
        plans=[_plan(one) for one in sorted(plans, key=lambda one: (one.starts_on, one.reference))],
    )


def _parent(parent: Parent) -> ParentView:
    return ParentView(
        parent_id=parent.id,
        reference=parent.reference,
        name=parent.name,
        email=parent.email,
        phone=parent.phone,
        relationship=parent.relationship,
    )


def _plan(plan: Plan) -> PlanView:
    return PlanView(
        plan_id=plan.id,
        reference=plan.reference,
        plan_type=plan.plan_type,
        names_service=plan.names_service,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        cease_reason=plan.cease_reason,
        review_due_on=plan.review_due_on,
    )


@routes.put(
    "/v1/children/by-reference/{scheme}/{reference}",
    openapi_extra=permission("child.write"),
    tags=["children"],
)
async def put_child(
    scheme: Annotated[Code, Path()],
    reference: Annotated[Reference, Path()],
    command: RecordChild,
    work: Work,
    response: Response,
) -> ChildView:
    """Record a child with particulars, characteristics, school, parents and plans, in one call."""
    child, done = await record_child(work, scheme, reference, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, child)
    return await view_of(work, child)


@routes.get("/v1/children/{child_id}", openapi_extra=permission("child.read"), tags=["children"])
async def get_child(child_id: Identifier, read: Read, response: Response) -> ChildView:
    """Show a child."""
    child = await read.get(Child, child_id)
    etag(response, read, child)
    return await view_of(read, child)

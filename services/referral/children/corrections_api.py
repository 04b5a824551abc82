"""What was told of a child and of plans of which day, read and put right over HTTP."""

from dataclasses import asdict
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.dated import changes
from libs.common.core.fields import Code, Identifier, Reference, of_codes, of_form
from libs.common.http.correcting import put_right
from libs.common.http.requests import IfMatch, Read, Work, etag, permission, router
from libs.common.persistence.uow import ReadTransaction
from services.referral.children.api import PlanView, plan_view
from services.referral.children.codes import Need, YearGroup
from services.referral.children.corrections import (
    correct_characteristics,
    void_characteristics,
)
from services.referral.children.domain import Characteristics, Child, Plan
from services.referral.children.identity import GiveNewIdentity, give_new_identity
from services.referral.children.queries import PlanThen, former_upns, plan_terms
from services.referral.children.telling import characteristics_of, schools_of

routes = router()
CHILD = "/v1/children/{child_id}"
PLAN = "/v1/plans/{plan_id}"


class SchoolSince(BaseModel):
    """Where a child went to school from a day on."""

    from_on: date
    school_id: UUID


class CharacteristicsSince(BaseModel):
    """What was so of a child from a day on."""

    from_on: date
    year_group: Annotated[str, of_codes(YearGroup)]
    needs: tuple[Annotated[str, of_codes(Need)], ...]
    pupil_premium: bool
    looked_after: bool
    eal: bool


class SchoolsView(BaseModel):
    """Where a child went to school, from the day of each move on."""

    child_id: UUID
    schools: list[SchoolSince]


class CharacteristicsView(BaseModel):
    """What was so of a child, from the day of each change on."""

    child_id: UUID
    characteristics: list[CharacteristicsSince]


class TermsSince(BaseModel):
    """What a plan said from a day on."""

    from_on: date
    plan_type: Annotated[str, of_form(Code)]
    names_service: bool
    review_due_on: date | None


class PlanHistoryView(PlanView):
    """A plan, and what it said from which day on."""

    child_id: UUID
    void: bool
    terms: list[TermsSince]


class FormerUpnView(BaseModel):
    """A pupil number that a child had, under which record, and why it was given up."""

    child_id: UUID
    upn: str
    from_on: date
    until_on: date
    why: str


class FormerUpnsView(BaseModel):
    """All numbers that a child had before, those of a former identity among them."""

    former_upns: list[FormerUpnView]


class NewIdentityView(BaseModel):
    """The record that an adopted child has now."""

    child_id: UUID
    scheme: Annotated[str, of_form(Code)]
    reference: Annotated[str, of_form(Reference)]


@routes.get(f"{CHILD}/school-moves", openapi_extra=permission("child.read"), tags=["children"])
async def get_school_moves(child_id: Identifier, read: Read, response: Response) -> SchoolsView:
    """Show where a child went to school, from which day on."""
    child = await read.get(Child, child_id)
    return await schools_shown(read, child, response)


async def schools_shown(reading: ReadTransaction, child: Child, response: Response) -> SchoolsView:
    """Show where a child went to school, with the child's ETag."""
    etag(response, reading, child)
    known = changes(await schools_of(reading, child.id))
    schools = [SchoolSince(from_on=day, **state) for day, state in known.items()]
    return SchoolsView(child_id=child.id, schools=schools)


@routes.get(f"{CHILD}/characteristics", openapi_extra=permission("child.read"), tags=["children"])
async def get_characteristics(
    child_id: Identifier, read: Read, response: Response
) -> CharacteristicsView:
    """Show what was so of a child, from which day on."""
    child = await read.get(Child, child_id)
    return await _characteristics(read, child, response)


async def _characteristics(
    reading: ReadTransaction, child: Child, response: Response
) -> CharacteristicsView:
    etag(response, reading, child)
    known = changes(await characteristics_of(reading, child.id))
    so = [
        CharacteristicsSince(from_on=day, **asdict(Characteristics.of(state)))
        for day, state in known.items()
    ]
    return CharacteristicsView(child_id=child.id, characteristics=so)


put_right(
    routes,
    f"{CHILD}/characteristics",
    permission("child.write"),
    _characteristics,
    tag="children",
    corrections=correct_characteristics,
    void=void_characteristics,
)


async def plan_shown(reading: ReadTransaction, plan: Plan, response: Response) -> PlanHistoryView:
    """Show a plan with what it said from which day on, and its ETag."""
    etag(response, reading, plan)
    return await plan_history(reading, plan)


async def plan_history(reading: ReadTransaction, plan: Plan) -> PlanHistoryView:
    """Show a plan, and what it said from which day on."""
    terms = await plan_terms(reading, plan)
    return PlanHistoryView(
        **plan_view(PlanThen(plan, plan.terms)).model_dump(),
        child_id=plan.child_id,
        void=plan.void,
        terms=[TermsSince(from_on=day, **asdict(one)) for day, one in terms.items()],
    )


@routes.get(f"{CHILD}/former-upns", openapi_extra=permission("former-upn.read"), tags=["children"])
async def get_former_upns(child_id: Identifier, read: Read, response: Response) -> FormerUpnsView:
    """Show the pupil numbers that a child had before: for information governance."""
    child = await read.get(Child, child_id)
    etag(response, read, child)
    found = await former_upns(read, child)
    return FormerUpnsView(
        former_upns=[
            FormerUpnView(
                child_id=one.child_id,
                upn=one.upn,
                from_on=one.from_on,
                until_on=one.until_on,
                why=one.why,
            )
            for one in found
        ]
    )


@routes.post(
    f"{CHILD}/new-identity",
    status_code=201,
    openapi_extra=permission("identity.write"),
    tags=["children"],
)
async def post_new_identity(
    child_id: Identifier,
    command: GiveNewIdentity,
    version: IfMatch,
    work: Work,
    response: Response,
) -> NewIdentityView:
    """Give an adopted child a record of its own, and close the one before."""
    new = await give_new_identity(work, child_id, command, version)
    etag(response, work, new)
    return NewIdentityView(child_id=new.id, scheme=new.scheme, reference=new.reference)

"""A case as somebody sees it who opens it: all that is shown of it, in one call.

A part that the caller has no permission for is null, and named in ``withheld``.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel
from sqlalchemy import Select, select

from libs.common.core.fields import Code, Day, Identifier, Reference, of_form
from libs.common.http.requests import Read, etag, permission, router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import permitted
from services.referral.cases.api.pauses import PauseView
from services.referral.cases.domain import (
    Case,
    CaseColleague,
    Pause,
    Review,
    RiskAssessment,
    VisitWeek,
)
from services.referral.cases.reads import CaseOnListView, cases_shown
from services.referral.children.api import PlanView, plan_view
from services.referral.children.domain import Child
from services.referral.children.queries import characteristics_on, plans_on
from services.referral.children.years import year_of_age
from services.referral.exclusions.api import ExclusionView
from services.referral.exclusions.domain import Exclusion
from services.referral.reviews.api import ReviewView
from services.referral.risk.api import RiskView
from services.referral.schools.domain import School
from services.referral.staff.domain import StaffMember, Team
from services.referral.visits.api import VisitsView

routes = router()
T = TypeVar("T")

LAST_WEEKS: Final = 6
PARTS: Final[Mapping[str, str]] = {
    "plan": "child.read",
    "visits": "visit.read",
    "reviews": "review.read",
    "risk": "risk.read",
    "exclusions": "exclusion.read",
}
"""The permission that each part needs, besides that of the case."""


class ChildInOverview(BaseModel):
    """Who the child is; ``recorded_year_group`` is what the county told, ``year_of_age`` derived.

    The latter is null for an age before or after the years that there are.
    The version is the child's own: of particulars, plans and parents.
    """

    child_id: UUID
    scheme: Annotated[str, of_form(Code)]
    reference: Annotated[str, of_form(Reference)]
    forename: str | None
    surname: str
    born_on: date
    recorded_year_group: str
    year_of_age: str | None
    school_id: UUID
    school_urn: int
    school_name: str
    etag: str


class TeacherInOverview(BaseModel):
    """Who leads the case on the day."""

    staff_id: UUID
    reference: Annotated[str, of_form(Reference)]
    name: str


class TeamInOverview(BaseModel):
    """The team of the day."""

    team_id: UUID
    code: Annotated[str, of_form(Code)]
    name: str


class OverviewView(BaseModel):
    """A case on a day: by default today. The version of the answer is the case's.

    Visits are those of the last six school weeks, reviews, risk and exclusions the last first.
    """

    as_of: date
    case: CaseOnListView
    child: ChildInOverview
    teacher: TeacherInOverview
    team: TeamInOverview | None
    colleagues: list[UUID]
    plan: PlanView | None
    pauses: list[PauseView]
    visits: list[VisitsView] | None
    reviews: list[ReviewView] | None
    risk: list[RiskView] | None
    exclusions: list[ExclusionView] | None
    withheld: list[str]


@routes.get("/v1/cases/{case_id}/overview", openapi_extra=permission("case.read"), tags=["cases"])
async def get_overview(
    case_id: Identifier,
    read: Read,
    response: Response,
    as_of: Annotated[Day | None, Query()] = None,
) -> OverviewView:
    """Show a case, the child, who teaches, the plan and what was recorded last, in one call."""
    day = as_of or read.today()
    case = await read.get(Case, case_id)
    etag(response, read, case)
    [view] = await cases_shown(read, [case], day)
    return OverviewView(
        as_of=day,
        case=view,
        child=await _child(read, view, day),
        teacher=await _teacher(read, view),
        team=await _team(read, view),
        colleagues=await _colleagues(read, case, day),
        pauses=[PauseView.of(one) for one in await _of(read, case, Pause, Pause.paused_on)],
        **await _parts(read, case, day),
    )


async def _child(read: ReadTransaction, view: CaseOnListView, day: date) -> ChildInOverview:
    [child] = await read.all(Child, id=view.child_id, unseen=True)
    [school] = await read.all(School, id=view.school_id, unseen=True)
    _, so = await characteristics_on(read, child.id, day)
    return ChildInOverview(
        child_id=child.id,
        scheme=child.scheme,
        reference=child.reference,
        forename=child.forename or None,
        surname=child.surname,
        born_on=child.born_on,
        recorded_year_group=so.year_group,
        year_of_age=year_of_age(child.born_on, day),
        school_id=school.id,
        school_urn=school.urn,
        school_name=school.name,
        etag=f'"{read.version(child)}"',
    )


async def _teacher(read: ReadTransaction, view: CaseOnListView) -> TeacherInOverview:
    [member] = await read.all(StaffMember, id=view.staff_id, unseen=True)
    return TeacherInOverview(staff_id=member.id, reference=member.reference, name=member.name)


async def _team(read: ReadTransaction, view: CaseOnListView) -> TeamInOverview | None:
    found = await read.all(Team, id=view.team_id, unseen=True)
    return next((TeamInOverview(team_id=t.id, code=t.code, name=t.name) for t in found), None)


async def _colleagues(read: ReadTransaction, case: Case, day: date) -> list[UUID]:
    """Return who works beside the lead on the day."""
    spans = await read.all(CaseColleague, case_id=case.id)
    return [
        one.staff_id
        for one in spans
        if not one.void and one.from_on <= day and (one.until_on is None or day <= one.until_on)
    ]


async def _parts(read: ReadTransaction, case: Case, day: date) -> dict[str, Any]:
    """Return the parts that the caller may see, and which are withheld."""
    may = (await permitted(read, Case, [case.id], PARTS.values()))[case.id]
    parts: dict[str, Any] = {"plan": None}
    withheld = [name for name, action in PARTS.items() if action not in may]
    for name in PARTS.keys() - {*withheld}:
        parts[name] = await _SHOWN[name](read, case, day)
    return {**dict.fromkeys(withheld), **parts, "withheld": withheld}


async def _plan(read: ReadTransaction, case: Case, day: date) -> PlanView | None:
    """Return the plan in force on the day that named the service then; else the last of all."""
    plans = await plans_on(read, case.child_id, day)
    naming = [one for one in plans if one.plan.active_on(day) and one.terms.names_service]
    return next((plan_view(one) for one in (*naming[:1], *plans[-1:])), None)


async def _of(
    read: ReadTransaction, case: Case, kind: type[T], day: Any, limit: int = 200
) -> Sequence[T]:
    """Return what stands of a case, the last first."""
    query: Select[T] = select(kind).where(kind.case_id == case.id, ~kind.void)  # type: ignore[attr-defined]
    return await read.chosen(query.order_by(day.desc()).limit(limit))


async def _visits(read: ReadTransaction, case: Case, _: date) -> list[VisitsView]:
    weeks = await _of(read, case, VisitWeek, VisitWeek.week_beginning, LAST_WEEKS)
    return [VisitsView.of(week) for week in weeks]


async def _reviews(read: ReadTransaction, case: Case, _: date) -> list[ReviewView]:
    return [ReviewView.of(one) for one in await _of(read, case, Review, Review.held_on)]


async def _risk(read: ReadTransaction, case: Case, _: date) -> list[RiskView]:
    levels = await _of(read, case, RiskAssessment, RiskAssessment.assessed_on)
    return [RiskView.of(one) for one in levels]


async def _exclusions(read: ReadTransaction, case: Case, _: date) -> list[ExclusionView]:
    query = select(Exclusion).where(Exclusion.child_id == case.child_id, ~Exclusion.void)
    found = await read.chosen(query.order_by(Exclusion.starts_on.desc()))
    return [ExclusionView.of(one) for one in found]


_SHOWN: Final[Mapping[str, Any]] = {
    "plan": _plan,
    "visits": _visits,
    "reviews": _reviews,
    "risk": _risk,
    "exclusions": _exclusions,
}

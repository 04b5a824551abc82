"""Things of the referral service as objects, all made up: what a test does not name is as here.

A child with a plan was referred on 3 September 2018, checked on the 10th and agreed on the 20th;
support started on 1 October.
"""

from datetime import date
from typing import Any
from uuid import UUID

from libs.common.persistence.uow import Units
from services.referral.cases.domain import Case, CaseHolder, Pause, Review, VisitWeek
from services.referral.children.commands import CHARACTERISTICS
from services.referral.children.domain import Child, Plan
from services.referral.children.history import ChildCharacteristics, ChildSchool, PlanSays
from services.referral.exclusions.domain import Exclusion
from services.referral.referrals.domain import Referral
from services.referral.schools.domain import RegisterRow, School
from services.referral.staff.domain import StaffMember, Team
from services.referral.tables import Owned
from tests.worlds import request_context

SCHOOL, OTHER_SCHOOL, CHILD, OTHER_CHILD, PLAN, TEAM, TEACHER, OTHER_TEACHER = map(
    UUID, (f"00000000-0000-4000-8000-{number:012}" for number in range(1, 9))
)
REFERRAL, CASE, REVIEW, EXCLUSION = (UUID(int=number) for number in range(11, 15))
SUBMITTED, CHECKED, AGREED = date(2018, 9, 3), date(2018, 9, 10), date(2018, 9, 20)
START = date(2018, 10, 1)


def a_school(**other: Any) -> School:
    """Return an open primary school of the county."""
    urn = other.pop("urn", 900001)
    row = RegisterRow(urn, 830, 9001, "Madeup Primary", "01", 2, 1, 4, 11, None, None)
    return School.of(other.pop("id", SCHOOL), row, date(2018, 9, 1))


def a_team(**other: Any) -> Team:
    """Return a team."""
    given = {"id": TEAM, "code": "T1", "name": "North", "area": "north"}
    return Team(**{**given, "formed_on": date(2015, 9, 1), **other})


def a_teacher(**other: Any) -> StaffMember:
    """Return a specialist teacher who is in post."""
    appointed_on = other.pop("appointed_on", date(2015, 9, 1))
    given = {
        "id": TEACHER,
        "reference": "S1",
        "name": "Testcase Teacher",
        "post": "specialist-teacher",
        "team_id": None,
        "fte_hundredths": 80,
        "contract_on": appointed_on,
    }
    return StaffMember(**{**given, "appointed_on": appointed_on, **other})


def a_child(**other: Any) -> Child:
    """Return a child at the school."""
    since = other.pop("since", date(2018, 9, 1))
    given = {
        "id": CHILD,
        "scheme": "county",
        "reference": "C1",
        "upn": None,
        "forename": "Testa",
        "surname": "Alderfield",
        "born_on": date(2010, 10, 1),
        "sex": "F",
        "school_id": SCHOOL,
        "year_group": "3",
        "needs": ["MLD"],
        "pupil_premium": False,
        "looked_after": False,
        "eal": False,
        "registered_on": since,
        "characteristics_on": since,
        "as_of": since,
    }
    return Child(**{**given, **other})


def a_plan(**other: Any) -> Plan:
    """Return an EHC plan that names the service."""
    given = {
        "id": PLAN,
        "child_id": CHILD,
        "reference": "PL-1",
        "plan_type": "EHC",
        "names_service": True,
        "starts_on": date(2018, 1, 10),
        "review_due_on": None,
    }
    return Plan(**{**given, **other})


def a_referral(**other: Any) -> Referral:
    """Return a referral that was submitted and not checked yet."""
    given = {
        "id": REFERRAL,
        "reference": "R1",
        "child_id": CHILD,
        "school_id": SCHOOL,
        "submitted_on": SUBMITTED,
        "evidence": {},
    }
    return Referral(**{**given, **other})


def checked(**other: Any) -> Referral:
    """Return a referral that every rule answered with yes."""
    return a_referral(**{"answer": "yes", "checked_on": CHECKED, **other})


def agreed(**other: Any) -> Referral:
    """Return a referral that the Head of Service agreed."""
    return checked(**{"state": "agreed", "decided_on": AGREED, "reason": "meets-criteria", **other})


def a_case(**other: Any) -> Case:
    """Return a case that is open."""
    given = {
        "id": CASE,
        "child_id": CHILD,
        "referral_id": REFERRAL,
        "school_id": SCHOOL,
        "plan_id": PLAN,
        "plan_type": "EHC",
        "staff_id": TEACHER,
        "team_id": None,
        "allocated_on": START,
        "started_on": START,
    }
    return Case(**{**given, **other})


def a_review(**other: Any) -> Review:
    """Return a review that recommends to continue, and that nothing was decided after yet."""
    given = {
        "id": REVIEW,
        "case_id": CASE,
        "held_on": date(2019, 3, 1),
        "due_on": None,
        "outcomes": [],
        "recommendation": "continue",
        "recommended_on": date(2019, 3, 5),
        "recommended_by": TEACHER,
        "recorded_by": "who-reviews",
        "report": None,
    }
    return Review(**{**given, **other})


def a_week(beginning: date, planned: int = 1, attended: int = 1, *missed: str) -> VisitWeek:
    """Return a school week's visits to the child."""
    return VisitWeek(
        case_id=CASE,
        week_beginning=beginning,
        planned=planned,
        attended=attended,
        missed=list(missed),
    )


def a_holder(from_on: date, **other: Any) -> CaseHolder:
    """Return the span of the other teacher, who takes the case over."""
    given = {"case_id": CASE, "staff_id": OTHER_TEACHER, "team_id": None}
    return CaseHolder(**{**given, "from_on": from_on, **other})


def a_pause(paused_on: date, **other: Any) -> Pause:
    """Return a pause from which support has not resumed."""
    return Pause(**{"case_id": CASE, "reason": "child-unwell", "paused_on": paused_on, **other})


def an_exclusion(**other: Any) -> Exclusion:
    """Return a permanent exclusion that nothing has become of yet."""
    given = {
        "id": EXCLUSION,
        "reference": "E1",
        "child_id": CHILD,
        "school_id": SCHOOL,
        "category": "PERM",
        "starts_on": date(2018, 11, 5),
        "half_days": 4,
    }
    return Exclusion(**{**given, **other})


def told_of(thing: Owned) -> list[Owned]:
    """Return what was told of a child or a plan, as from the first day."""
    if isinstance(thing, Child):
        days: dict[str, Any] = dict.fromkeys(("from_on", "until_on"), thing.registered_on)
        so = {name: getattr(thing, name) for name in CHARACTERISTICS}
        return [
            ChildSchool(child_id=thing.id, school_id=thing.school_id, **days),
            ChildCharacteristics(child_id=thing.id, said=so, **days),
        ]
    if not isinstance(thing, Plan):
        return []
    days = dict.fromkeys(("from_on", "until_on"), thing.starts_on)
    due = thing.review_due_on and thing.review_due_on.isoformat()
    says = {"plan_type": thing.plan_type, "names_service": thing.names_service}
    return [PlanSays(plan_id=thing.id, said=says | {"review_due_on": due}, **days)]


async def keep(units: Units, *things: Owned, teacher: StaffMember | None = None) -> None:
    """Keep things in the database, with the school, the child, the plan and two teachers."""
    known = (
        teacher or a_teacher(),
        a_teacher(id=OTHER_TEACHER, reference="S2", name="Testcase Colleague"),
    )
    async with units.work(request_context()) as uow:
        for thing in (a_school(), *known, a_child(), a_plan(), *things):
            uow.add(thing)
            if isinstance(thing, Case):
                uow.add(holder_of(thing))
            for told in told_of(thing):
                uow.add(told)


def holder_of(case: Case) -> CaseHolder:
    """Return the span of who leads a case."""
    return CaseHolder(
        case_id=case.id, from_on=case.allocated_on, staff_id=case.staff_id, team_id=case.team_id
    )

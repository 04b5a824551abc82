"""Which rows each caller of the referral service may see, and whose caseload a child is on.

The one place where a caller is held to their own: items and lists both ask ``visible``.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions, visible_by
from libs.common.security import Reach, first_handed_over, within_handover
from services.referral.cases.domain import Case, CaseColleague, CaseHolder
from services.referral.children.domain import Child, Plan
from services.referral.duplicates.domain import Duplicate
from services.referral.exclusions.domain import Exclusion
from services.referral.parents.domain import Person, Relationship
from services.referral.referrals.domain import Referral
from services.referral.schools.domain import School
from services.referral.staff.domain import StaffMember, Team

OF_THE_AREA = frozenset(
    {"referral.submit", "referral.read", "check.read", "referral.check", "case.start"}
)
"""What comes before a child is on a caseload: an area is its teams, and the schools of its own."""

# Tables of their own names, so that no query around them can take one for its own.
_supported, _pupil, _related = aliased(Case), aliased(Child), aliased(Relationship)
_own, _record = aliased(Child), aliased(Child)
_holder, _next, _colleague = aliased(CaseHolder), aliased(CaseHolder), aliased(CaseColleague)


def held(access: Access, case: type[Case]) -> ColumnElement[bool]:
    """Return the condition that a case is the caller's own or their teams', and still reached.

    It is to its last day, to the day before another took it over and, beside that teacher, to the
    last day of working together; and for as long after each as the handover takes.
    """
    lead = exists().where(_holder.case_id == case.id, ~_holder.void, _mine(access, _holder))
    taken_over = exists().where(
        _next.case_id == _holder.case_id,
        ~_next.void,
        _next.from_on > _holder.from_on,
        _next.from_on <= first_handed_over(access.today),
    )
    beside = exists().where(
        _colleague.case_id == case.id,
        ~_colleague.void,
        _mine(access, _colleague),
        within_handover(_colleague.until_on.expression, access.today),
    )
    open_ = within_handover(case.ended_on.expression, access.today)
    return ~case.void & open_ & (lead.where(~taken_over) | beside)


def _mine(access: Access, holder: type[CaseHolder] | type[CaseColleague]) -> ColumnElement[bool]:
    mine: ColumnElement[bool] = false()
    if Reach.TEAM in access.reaches:
        mine = mine | holder.team_id.in_(access.actor.teams)
    # Compared with nobody, SQL would find the cases that have nobody.
    if Reach.OWN in access.reaches and access.actor.staff_id is not None:
        mine = mine | (holder.staff_id == access.actor.staff_id)
    return mine


def at_school(access: Access, child_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Return the condition that a child goes to the caller's school now: sight ends with that."""
    return exists().where(_pupil.id == child_id, _pupil.school_id.in_(access.actor.schools))


def children(access: Access, child_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Return the condition that a child is the caller's own, in whichever way they reach one."""
    condition = _on_caseload(access, child_id)
    if Reach.CHILD in access.reaches:
        condition = condition | child_id.in_(access.actor.children)
    if Reach.SCHOOL in access.reaches or _of_the_area(access):
        condition = condition | at_school(access, child_id)
    return condition


def _of_the_area(access: Access) -> bool:
    return Reach.TEAM in access.reaches and access.action in OF_THE_AREA


def _on_caseload(access: Access, child_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Return the condition that a child is on the caller's own or their teams' caseload."""
    theirs = or_(_supported.child_id == child_id, _supported.child_id.in_(_records_of(child_id)))
    return exists().where(theirs, held(access, _supported))


def _records_of(child_id: InstrumentedAttribute[UUID]) -> Select[UUID]:
    """Return the ids of all records of a child: of those that were merged each finds the others."""
    into = select(_own.merged_into).where(_own.id == child_id).correlate_except(_own)
    stays = func.coalesce(into.scalar_subquery(), child_id)
    theirs = or_(_record.id == stays, _record.merged_into == stays)
    return select(_record.id).where(theirs).correlate_except(_record)


def _team(access: Access) -> ColumnElement[bool]:
    return Team.id.in_(access.actor.teams)


def _staff_member(access: Access) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = false()
    if Reach.TEAM in access.reaches:
        condition = condition | StaffMember.team_id.in_(access.actor.teams)
    if Reach.OWN in access.reaches and access.actor.staff_id is not None:
        condition = condition | (StaffMember.id == access.actor.staff_id)
    return condition


def _school(access: Access) -> ColumnElement[bool]:
    """The register is open to all who work with it; a school itself writes of itself alone."""
    if access.reaches == {Reach.SCHOOL}:
        return School.id.in_(access.actor.schools)
    return true()


def _person(access: Access) -> ColumnElement[bool]:
    """A person is seen by who sees a child that they are, or were, a parent of."""
    of_child = children(access, _related.child_id)
    return exists().where(_related.person_id == Person.id, ~_related.void, of_child)


def _case(access: Access) -> ColumnElement[bool]:
    condition = held(access, Case)
    if Reach.CHILD in access.reaches:
        condition = condition | Case.child_id.in_(access.actor.children)
    if Reach.SCHOOL in access.reaches:
        condition = condition | at_school(access, Case.child_id)
    return condition


VISIBLE: Conditions = {
    Team: _team,
    StaffMember: _staff_member,
    School: _school,
    Child: lambda access: children(access, Child.id),
    Person: _person,
    Relationship: lambda access: children(access, Relationship.child_id),
    Duplicate: lambda _: false(),  # who may see any sees the whole county
    Plan: lambda access: children(access, Plan.child_id),
    Exclusion: lambda access: children(access, Exclusion.child_id),
    Referral: lambda access: children(access, Referral.child_id),
    Case: _case,
}

visible = visible_by(VISIBLE)

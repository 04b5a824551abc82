"""By what the lists of several things are filtered: children, schools, staff and teams."""

from typing import Any, Final

from sqlalchemy import exists

from libs.common.reading import Column, Filter, named, of_children
from services.assessment.caseload import records_of
from services.assessment.known import (
    ChildReference,
    KnownCase,
    KnownChild,
    KnownHolder,
    KnownSchool,
    KnownStaff,
    KnownTeam,
)

_TEAM: Final = "By our id or the code; several with commas between them."


def by_staff(column: Column) -> Filter:
    """Return the filter for what is of these members of staff."""
    return named(column, KnownStaff.staff_id, KnownStaff.reference)


def by_team(column: Column) -> Filter:
    """Return the filter for what is of these teams."""
    return named(column, KnownTeam.team_id, KnownTeam.code, means=_TEAM)


def by_child(column: Column) -> Filter:
    """Return the filter for what is of these children, in whichever record of theirs it is."""
    return of_children(column, ChildReference, records_of)


def of_caseload(child_id: Column) -> dict[str, Filter]:
    """Return the filters for what is of the children whom a school, a teacher or a team has now."""
    school = named(KnownChild.school_id, KnownSchool.school_id, KnownSchool.urn)
    return {
        "school": _through(school, exists().where(KnownChild.child_id == child_id), "The URN"),
        "staff": _through(by_staff(KnownHolder.staff_id), _held(child_id), "The reference"),
        "team": _through(by_team(KnownHolder.team_id), _held(child_id), "The code"),
    }


def _held(child_id: Column) -> Any:
    """Return whether a child has an open case whose last holder is as is still to be said."""
    later = KnownHolder.__table__.alias()
    taken_over = exists().where(
        later.c.case_id == KnownHolder.case_id,
        ~later.c.void,
        later.c.from_on > KnownHolder.from_on,
    )
    return exists().where(
        KnownCase.child_id == child_id,
        KnownCase.ended_on.is_(None),
        ~KnownCase.void,
        KnownHolder.case_id == KnownCase.case_id,
        ~KnownHolder.void,
        ~taken_over,
    )


def _through(one: Filter, of: Any, key: str) -> Filter:
    means = f"Of the children whom they have now. {key} or our id; several with commas."
    return Filter(one.type, lambda values: of.where(one.where(values)), means)

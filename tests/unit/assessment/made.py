"""Things of the assessment service as objects, all made up, as they are unless a test says."""

from datetime import date
from typing import Any
from uuid import UUID

from libs.common.persistence.uow import Units
from services.assessment.criteria.domain import CriteriaSet
from services.assessment.known import KnownChild, KnownStaff, KnownTeam
from services.assessment.results.domain import Reading, Result
from tests.worlds import request_context

TEAM, STAFF, CHILD, ANOTHER = (UUID(int=number) for number in range(1, 5))
RESULT, CRITERIA = UUID(int=11), UUID(int=12)
READING = Reading("SSSEN-DEFAULT", 1, "N", "Y1.2", 20, date(2019, 6, 17), moderated=True)


def a_result(**other: Any) -> Result:
    """Return a result in reading of the summer of 2018-19."""
    given = {name: getattr(READING, name) for name in Reading.__slots__} | {
        "id": RESULT,
        "reference": "A1",
        "child_id": CHILD,
        "academic_year": "2018-19",
        "term": "summer",
        "subject": "reading",
    }
    return Result(**{**given, **other})


def criteria(**other: Any) -> CriteriaSet:
    """Return criteria that the Head of Service proposed."""
    given = {
        "id": CRITERIA,
        "academic_year": "2018-19",
        "version": 1,
        "progress": [{"scale": "N", "grade": "good", "at_least_tenths": 40}],
        "cohort": [{"outcome": "good", "expected_or_better": 80, "good_or_better": 50}],
        "minimum_months": 6,
        "minimum_terms_on_caseload": 2,
        "minimum_judged": 10,
        "adopted_on": date(2018, 10, 1),
        "proposed_by": "the-head",
        "proposer_role": "head-of-service",
    }
    return CriteriaSet(**{**given, **other})


async def know(units: Units) -> None:
    """Know two children, a team, and a teacher in it."""
    async with units.work(request_context()) as uow:
        for child in (CHILD, ANOTHER):
            uow.add(KnownChild(child_id=child, school_id=None, school_on=None))
        uow.add(KnownTeam(team_id=TEAM, code="T1"))
        uow.add(KnownStaff(staff_id=STAFF, team_id=TEAM, team_on=None, reference="S1"))

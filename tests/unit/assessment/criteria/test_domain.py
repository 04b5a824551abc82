"""Criteria take two people in two roles, and are signed once."""

from datetime import date

import pytest

from libs.common.contracts.assessment import CohortThreshold, CriteriaAdopted, ProgressThreshold
from services.assessment.criteria.domain import CriteriaSigned, SecondSignatureNeeded
from tests.unit.assessment.made import CRITERIA, criteria
from tests.unit.refused import refused

SIGNED = date(2018, 10, 8)


def test_criteria_are_adopted_by_the_other_signature() -> None:
    proposed = criteria()
    assert proposed.sign("the-adviser", "link-adviser", SIGNED) == CriteriaAdopted(
        criteria_id=CRITERIA,
        academic_year="2018-19",
        version=1,
        progress=(ProgressThreshold(scale="N", grade="good", at_least_tenths=40),),
        cohort=(CohortThreshold(outcome="good", expected_or_better=80, good_or_better=50),),
        minimum_months=6,
        minimum_terms_on_caseload=2,
        minimum_judged=10,
        adopted_on=date(2018, 10, 1),
        signed_on=SIGNED,
    )
    assert (proposed.signed_by, proposed.signed_on) == ("the-adviser", SIGNED)
    with refused(CriteriaSigned):
        proposed.sign("another-adviser", "link-adviser", SIGNED)


@pytest.mark.parametrize(
    ("by", "role"),
    [
        ("the-head", "head-of-service"),
        ("the-head", "link-adviser"),
        ("another-head", "head-of-service"),
    ],
)
def test_one_person_or_one_role_does_not_sign_twice(by: str, role: str) -> None:
    proposed = criteria()
    with refused(SecondSignatureNeeded):
        proposed.sign(by, role, SIGNED)
    assert proposed.signed_by is None

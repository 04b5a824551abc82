"""A child's progress in a subject: the cases of the domain brief (5.4, 5.5, 13.1 to 13.3)."""

from datetime import date
from uuid import UUID

import pytest

from libs.common.core.clock import AcademicYear
from libs.common.core.progress import Criteria
from libs.common.core.terms import terms_of
from services.assessment.progress.domain import NO_BASELINE, NO_CRITERIA, NO_RESULT, scored
from services.assessment.results.domain import Result
from tests.unit.assessment.made import a_result

YEAR = AcademicYear.parse("2018-19")
CRITERIA = Criteria(progress=[("N", "expected", 30), ("N", "good", 40), ("N", "outstanding", 50)])
ALWAYS = [(date(2017, 9, 1), date.max)]
SINCE_OCTOBER = [(date(2018, 10, 1), date.max)]
SINCE_APRIL = [(date(2019, 4, 23), date.max)]


def at(day: str, tenths: int | None, year: str = "2018-19", **more: object) -> Result:
    """Return a moderated result of a summer, or of another term."""
    number = int(day.replace("-", "")) * 100 + (tenths or 0)
    given = {"assessed_on": date.fromisoformat(day), "value_tenths": tenths, "academic_year": year}
    return a_result(id=UUID(int=number), **given | more)


LAST = at("2018-06-20", 20, "2017-18")
END = at("2019-06-20", 60)
CASES = {
    "from summer to summer": ([LAST, END], ALWAYS, 40, "good"),
    "a threshold is closed below": ([LAST, at("2019-06-20", 70)], ALWAYS, 50, "outstanding"),
    "a tenth less": ([LAST, at("2019-06-20", 69)], ALWAYS, 49, "good"),
    "a fall is not raised to nought": ([LAST, at("2019-06-20", 10)], ALWAYS, -10, "below"),
    "the latest of a window": ([LAST, END, at("2019-06-27", 51)], ALWAYS, 31, "expected"),
    "of one day the last recorded": ([LAST, END, at("2019-06-20", 50)], ALWAYS, 30, "expected"),
    "six weeks after the first day": (
        [at("2018-11-12", 20, term="autumn"), END],
        SINCE_OCTOBER,
        40,
        "good",
    ),
}
UNTOLD = {
    "no baseline": ([at("2018-11-13", 20, term="autumn"), END], SINCE_OCTOBER, NO_BASELINE),
    "nothing this summer": ([LAST], ALWAYS, NO_RESULT),
    "not moderated": ([LAST, at("2019-06-20", 60, moderated=False)], ALWAYS, NO_RESULT),
    "void": ([LAST, at("2019-06-20", 60, void=True)], ALWAYS, NO_RESULT),
    "an ordinal scale": ([LAST, at("2019-06-20", None)], ALWAYS, NO_RESULT),
    "from P levels to year bands": (
        [at("2018-06-20", 80, "2017-18", scale="P"), END],
        ALWAYS,
        "one scale",
    ),
    "another version of the scheme": (
        [at("2018-06-20", 20, "2017-18", scheme_version=2), END],
        ALWAYS,
        "one scale",
    ),
    "one term of support": ([LAST, END], SINCE_APRIL, "in 1 of the year's terms"),
    "too soon": (
        [at("2019-03-01", 20, term="spring"), END],
        [(date(2019, 2, 25), date.max)],
        "6 to 15 months apart",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_gain_and_its_grade_are_told_with_the_reason(case: str) -> None:
    results, spells, tenths, grade = CASES[case]
    [found] = scored(YEAR, results, spells, terms_of(YEAR), CRITERIA)
    assert (found.gain_tenths, found.grade) == (tenths, grade)
    assert f"{tenths} tenths" in found.reason
    [unjudged] = scored(YEAR, results, spells, terms_of(YEAR), None)
    assert (unjudged.gain_tenths, unjudged.grade, unjudged.reason) == (tenths, None, NO_CRITERIA)


@pytest.mark.parametrize("case", UNTOLD)
def test_a_gain_that_may_not_be_told_says_why(case: str) -> None:
    results, spells, reason = UNTOLD[case]
    [found] = scored(YEAR, results, spells, terms_of(YEAR), CRITERIA)
    assert (found.gain_tenths, found.grade) == (None, None)
    assert reason in found.reason

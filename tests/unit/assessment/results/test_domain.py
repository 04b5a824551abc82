"""A result is recorded, corrected as often as needed, and withdrawn once."""

from dataclasses import replace
from datetime import date

import pytest

from libs.common.contracts.assessment import (
    AssessmentCorrected,
    AssessmentRecorded,
    AssessmentVoided,
)
from libs.common.core.errors import Rejected
from services.assessment.results.commands import reading_of
from services.assessment.results.domain import Reading, ResultVoid
from tests.unit.assessment.made import CHILD, READING, RESULT, a_result
from tests.unit.refused import refused

OTHER = Reading("SSSEN-DEFAULT", 2, "P", "P5c", 46, date(2019, 6, 18), moderated=False)


def test_a_result_is_recorded_as_it_was_found() -> None:
    assert a_result().record("reading", "summer") == AssessmentRecorded(
        assessment_id=RESULT,
        child_id=CHILD,
        academic_year="2018-19",
        term="summer",
        subject="reading",
        scheme="SSSEN-DEFAULT",
        scheme_version=1,
        scale="N",
        position="Y1.2",
        value_tenths=20,
        assessed_on=date(2019, 6, 17),
        moderated=True,
    )


def test_a_correction_puts_the_whole_reading_in_place_of_the_one_before() -> None:
    result = a_result()
    assert result.reading == READING
    assert result.correct(OTHER) == AssessmentCorrected(
        assessment_id=RESULT,
        child_id=CHILD,
        academic_year="2018-19",
        term="summer",
        subject="reading",
        scheme="SSSEN-DEFAULT",
        scheme_version=2,
        scale="P",
        position="P5c",
        value_tenths=46,
        assessed_on=date(2019, 6, 18),
        moderated=False,
    )
    assert result.reading == OTHER
    assert result.correct(READING).position == "Y1.2"


def test_a_void_result_is_neither_corrected_nor_withdrawn_again() -> None:
    result = a_result()
    assert result.withdraw("wrong-child") == AssessmentVoided(
        assessment_id=RESULT, child_id=CHILD, reason="wrong-child"
    )
    with refused(ResultVoid):
        result.correct(replace(READING, position="Y1.3"))
    with refused(ResultVoid):
        result.withdraw("wrong-child")
    assert (result.void, result.reading) == (True, READING)


@pytest.mark.parametrize(
    ("subject", "position", "pointer"),
    [("reading", "Y9.9", "/position"), ("music", "Y1.2", "/subject")],
)
def test_a_reading_is_in_the_scheme_of_its_day(subject: str, position: str, pointer: str) -> None:
    on = READING.assessed_on
    with refused(Rejected, pointer):
        reading_of(subject, position, on, moderated=True)
    assert reading_of("reading", "Y1.2", on, moderated=True) == READING

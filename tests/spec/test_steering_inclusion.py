"""What is recorded of suspensions, and of the end of Key Stage 1."""

import pytest

from services.reporting.figures.steering.key_stage_1 import NOT_COLLECTED
from tests.spec.conftest import ReadModel
from tests.spec.events import cases, exclusions, results
from tests.spec.holders import characteristics
from tests.spec.test_steering import expect


async def test_trap_65_suspensions_are_in_half_days_over_all_schools(model: ReadModel) -> None:
    """A lunchtime is half a day; what was rescinded, or is of nobody we support, is none."""
    await model.handle(
        cases("child|started|ended\nann|2017-09-01|\nbob|2017-09-01|\ncat|2019-01-10|"),
        exclusions("""
            child | category | starts     | upheld | rescinded  | half days | school
            ann   | SUSP     | 2018-10-01 |        |            | 80        | Oak
            ann   | SUSP     | 2019-03-04 |        |            | 10        | Elm
            ann   | LNCH     | 2019-05-07 |        |            |           | Elm
            bob   | SUSP     | 2018-11-05 |        |            | 3         | Oak
            bob   | SUSP     | 2018-12-03 |        | 2018-12-05 | 4         | Oak
            bob   | SUSP     | 2019-06-03 |        |            |           | Oak
            cat   | SUSP     | 2018-11-05 |        |            | 5         | Oak
        """),
    )
    await expect(
        model,
        """
        inclusion.suspensions.half_days               = 94
        inclusion.suspensions.without_length          = 1
        inclusion.suspensions.children                = 2
        inclusion.suspensions.beyond_45_days.children = 1
        """,
    )


@pytest.mark.parametrize(("year", "told"), [(2022, "50%"), (2023, NOT_COLLECTED)])
async def test_trap_42_a_result_of_key_stage_1_that_is_not_collected_is_not_failed(
    model: ReadModel, year: int, told: str
) -> None:
    summer = f"{year + 1}-06-10"
    await model.handle(
        cases("child|started|ended\nann|2017-09-01|\nbob|2017-09-01|\ncat|2017-09-01|"),
        characteristics(f"""
            child | from          | year group
            ann   | {year}-09-01  | 2
            bob   | {year}-09-01  | 2
            cat   | {year}-09-01  | 3
        """),
        results(f"""
            child | year                      | term   | subject | position | assessed
            ann   | {year}-{year - 1999}      | summer | reading | Y2.3     | {summer}
        """),
    )
    label = f"{year}-{year - 1999}"
    assert await model.value("progress.key_stage_1.with_result.share", label) == told

"""Which criteria a year is judged by, by both opinions (domain brief 13.6)."""

import pytest

from libs.common.contracts import Event
from tests.spec.conftest import ReadModel
from tests.spec.drawing import drawn
from tests.spec.events import cases, criteria, results

READING = "progress.nc.reading.judgement"
# One child gained three steps: version 1 finds that as expected, the others' demands are higher.
ROLL = "child | started | ended\nann | 2016-09-01 |"
POINTS = """
    child | year    | term   | subject | position | assessed
    ann   | 2017-18 | summer | reading | Y1.1     | 2018-06-20
    ann   | 2018-19 | summer | reading | Y1.4     | 2019-06-20
"""
MET, NOT_MET = "Requires improvement", "Inadequate"


def versions(text: str) -> list[Event]:
    """version | adopted | signed | expected [| year]: the least gain in tenths to be expected."""
    return [
        criteria(
            row.get("year") or "2018-19",
            int(row["version"]),
            expected=int(row["expected"]),
            adopted=row["adopted"],
            signed=row["signed"],
        )
        for row in drawn(text)
    ]


HEAD = "version | adopted | signed | expected"
LAST_DAY, NEXT_DAY = "2019-08-31", "2019-09-01"


@pytest.mark.parametrize(
    ("table", "outcome", "said"),
    [
        # The latest version that both had signed by 31 August.
        (f"1|2018-10-01|2018-10-08|30\n2|2019-08-01|{LAST_DAY}|35", NOT_MET, "2 on 31 August 2019"),
        (f"1|2018-10-01|2018-10-08|30\n2|2019-08-01|{NEXT_DAY}|35", MET, "1 on 8 October 2018"),
        (f"1|2018-10-01|2018-10-08|30\n2|{NEXT_DAY}|2019-08-01|35", MET, "1 on 8 October 2018"),
        ("2|2018-10-01|2018-10-08|35\n1|2019-08-01|2019-08-02|30", NOT_MET, "2 on 8 October 2018"),
        # None was: the first that was signed for the year, whatever its version.
        (
            "1|2019-11-04|2019-11-20|30\n2|2019-11-05|2019-11-12|35",
            NOT_MET,
            "2 on 12 November 2019",
        ),
        ("1|2019-11-04|2019-11-12|30\n2|2019-11-05|2019-11-12|35", MET, "1 on 12 November 2019"),
        # Where the second signature's day is not told, the first's is all there is.
        (f"1|2018-10-01||30\n2|{NEXT_DAY}||35", MET, "1 on 1 October 2018"),
    ],
)
async def test_the_latest_version_signed_in_the_year_is_in_force(
    model: ReadModel, table: str, outcome: str, said: str
) -> None:
    await model.handle(cases(ROLL), results(POINTS), versions(f"{HEAD}\n{table}"))
    figure = await model.agreed(READING)
    assert figure.printed == outcome
    version, day = said.split(" on ")
    assert figure.words.endswith(
        "Judged on Ofsted's four grades by the criteria set for 2018-19, version"
        f" {version}, signed by both on {day}."
    )


async def test_what_is_adopted_later_changes_no_judgement(model: ReadModel) -> None:
    await model.handle(cases(ROLL), results(POINTS))
    await model.handle(versions(f"{HEAD}\n1|2018-10-01|2018-10-08|30"))
    before = await model.agreed(READING)
    await model.handle(versions(f"{HEAD}\n2|2019-11-04|2019-11-05|35"))
    assert await model.agreed(READING) == before


async def test_only_a_judgement_says_by_what_it_was_judged(model: ReadModel) -> None:
    await model.handle(cases(ROLL), results(POINTS))
    for figure in (await model.report()).figures:
        assert "Judged" not in figure.words

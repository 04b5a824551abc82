"""Questionnaires by team, area and kind of school: those of the day of issue, and no others."""

import pytest

from libs.common.contracts import survey
from libs.common.core.clock import AcademicYear
from services.reporting.year import YearFacts
from tests.spec.conftest import ReadModel
from tests.spec.drawing import named
from tests.spec.events import response_id, responses, waves
from tests.spec.parting import parted

RED, BLUE = str(named("Red")), str(named("Blue"))
SENT = """
    audience | year    | team | area  | kind    | issued
    parents  | 2018-19 | Red  | north | primary | 20
    parents  | 2018-19 | Red  | north | infant  | 10
    parents  | 2018-19 | Blue | south | primary | 8
    parents  | 2018-19 |      |       |         | 2
"""
BACK = """
    knew_learning | team | area  | kind    | times
    yes           | Red  | north | primary | 12
    no            | Red  | north | infant  | 3
    yes           | Blue | south | primary | 1
    no            | Blue | south | primary | 1
    yes           |      |       |         | 1
"""
RETURNED, ISSUED = "survey.parents.returned", "survey.parents.issued"
RATE, YES = "survey.parents.return_rate", "survey.parents.knew_learning.share"
BY = ("team", "area", "school-kind")


async def drawn(model: ReadModel) -> None:
    """Draw two teams' parents, and two of whom it is not known whose they are."""
    await model.handle(waves(SENT), responses(BACK, "parents"))


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("team", {RED: ("30", "15"), BLUE: ("8", "2"), "not known": ("2", "1")}),
        ("area", {"north": ("30", "15"), "south": ("8", "2"), "not known": ("2", "1")}),
        ("school-kind", {"infant": ("10", "3"), "primary": ("28", "14"), "not known": ("2", "1")}),
    ],
)
async def test_what_was_sent_and_came_back_is_parted_by_whose_they_were(
    model: ReadModel, by: str, expected: dict[str, tuple[str, str]]
) -> None:
    await drawn(model)
    issued, returned = await model.values(ISSUED, by), await model.values(RETURNED, by)
    assert {label: (issued[label], returned[label]) for label in issued} == expected
    assert list(issued)[-1] == "not known"
    assert await model.bases(RATE, by) == {
        label: f"{back} of {sent}" for label, (sent, back) in expected.items()
    }


async def test_answers_are_shares_of_the_returns_of_a_group(model: ReadModel) -> None:
    await drawn(model)
    assert await model.bases(YES, "team") == {
        RED: "12 of 15",
        BLUE: "1 of 2",
        "not known": "1 of 1",
    }
    assert await model.bases(YES, "school-kind") == {
        "infant": "0 of 3",
        "primary": "13 of 14",
        "not known": "1 of 1",
    }


async def test_groups_add_up_to_their_totals_whatever_divides_them(model: ReadModel) -> None:
    await drawn(model)
    async with model.database.reading() as connection:
        assert await parted(YearFacts(connection, AcademicYear(2018))) > len(BY) * 10
    for by in BY:
        for id_ in (ISSUED, RETURNED):
            groups = (await model.values(id_, by)).values()
            assert sum(map(int, groups)) == int(await model.value(id_)), (id_, by)


async def test_events_from_before_these_were_told_are_of_whom_is_not_known(
    model: ReadModel,
) -> None:
    """A wave that does not tell it is read in the same way."""
    await model.handle(
        waves("audience | year | issued\nparents | 2018-19 | 40"),
        responses("knew_learning | times\nyes | 9", "parents"),
    )
    for by in BY:
        assert await model.bases(RATE, by) == {"not known": "9 of 40"}


@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        (50, {RED: "15 of 30", BLUE: "2 of 8", "not known": "1 of 12"}),
        (30, {"not known": "1 of 30"}),
    ],
)
async def test_of_a_count_put_right_the_rest_is_of_whom_is_not_known(
    model: ReadModel, issued: int, expected: dict[str, str]
) -> None:
    """Of fewer than were listed it is not known who they are, and a group has no rate."""
    await drawn(model)
    [sent] = waves(SENT)
    told = {**sent.model_dump(), "issued": issued, "reason": "typing-error"}
    await model.handle([survey.WaveCorrected.model_validate(told)])
    assert await model.bases(RATE, "team") == expected
    assert await model.value(ISSUED) == str(issued)


async def test_a_response_put_right_stays_of_the_team_that_it_tells(model: ReadModel) -> None:
    await drawn(model)
    received = list(responses(BACK, "parents"))[12]
    told = {**received.model_dump(), "reason": "typing-error"}
    assert told["response_id"] == response_id("parents", "2018-19", 13)
    answered = [{"question": "knew_learning", "state": "answered", "value": "yes"}]
    corrected = survey.ResponseCorrected.model_validate({**told, "answers": answered})
    await model.handle([corrected])
    assert (await model.bases(YES, "team"))[RED] == "13 of 15"
    assert (await model.bases(YES, "school-kind"))["infant"] == "1 of 3"

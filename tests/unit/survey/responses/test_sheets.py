"""Responses as one table of all versions: a column for every question, and none that vanishes."""

import csv
import io
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from libs.common.security import Role
from services.survey.questionnaires.definition import Questionnaire
from services.survey.responses.domain import Response
from services.survey.responses.sheets import NOT_ASKED, row_of
from tests.unit.survey import made
from tests.unit.survey.calls import a_case, a_response, get, handle, issued_wave, post
from tests.unit.survey.links.answering import asked
from tests.unit.survey.open_links.opening import drawn, opening
from tests.unit.survey.open_links.opening import made as made_link
from tests.unit.survey.questionnaires.example import changed, example
from tests.unit.survey.waves.test_whose import ALPHA, BETA, OTHER, TEACHER, teams
from tests.worlds import World

WORK, HELP = "children-better-at-work", "children-helps-class-work"
TEXTS = {"comment", "proud", "would_help"}
MINE, OTHERS, NOBODYS = (uuid4() for _ in range(3))


async def answered(world: World) -> None:
    """Have a child of each of two teams answer version 1, and one of none version 2."""
    await handle(world, *teams())
    for child, staff, team in ((MINE, TEACHER, ALPHA), (OTHERS, OTHER, BETA)):
        await handle(world, *a_case(child, staff, team)[1])
    first = await issued_wave(world, [MINE, OTHERS])
    second = await issued_wave(world, [NOBODYS], reference="W2", questionnaire_version=2)
    written = [{"question": "comment", "state": "answered", "value": "=HYPERLINK(1)"}]
    made = [
        await post(world, f"{first}/responses", a_response("Q0", "C0", "yes") | more)
        for more in ({}, {"reference": "Q1", "recipient": "C1", "answers": written})
    ]
    late = a_response("Q2", "C0", "no", received_at="2019-06-29T00:00:00+01:00")
    made.append(await post(world, f"{second}/responses", late))
    assert [one.status_code for one in made] == [201] * 3, [one.text for one in made]


async def table(world: World, query: str = "", **who: Any) -> list[dict[str, str]]:
    """Return the rows of the table as a file, in the order in which they were received."""
    headers = world.as_(who.pop("role", Role.HEAD_OF_SERVICE), **who) | {"Accept": "text/csv"}
    url = f"/survey/v1/response-sheets?{query}"
    file = await world.client.get(url, headers=headers)
    assert file.status_code == 200, file.text
    rows = list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))
    return sorted(rows, key=lambda row: (row["questionnaire_version"], row["states.comment"]))


async def test_every_question_of_every_version_has_its_column(survey: World) -> None:
    """U34 and U35: whichever was answered, and whether or not anybody did."""
    await answered(survey)
    written, first, second = await table(survey)
    for row in (first, second):
        columns = {name for name in row if name.startswith("states.")}
        assert columns == {f"states.{one}" for one in (WORK, HELP, *TEXTS)}
        assert {f"texts.{one}" for one in TEXTS} < row.keys()
        assert {f"answers.{one}" for one in (WORK, HELP)} < row.keys()
    assert [row["questionnaire_version"] for row in (written, first, second)] == ["1", "1", "2"]
    assert (first[f"answers.{WORK}"], second[f"answers.{WORK}"]) == ("yes", "no")
    assert (first[f"states.{HELP}"], first[f"answers.{HELP}"]) == ("not-answered", "")
    assert (first["states.proud"], first["states.comment"]) == (NOT_ASKED, "not-answered")
    assert (second["states.proud"], second["states.comment"]) == ("not-answered", NOT_ASKED)
    [alone] = await table(survey, "questionnaire_version=2")
    assert alone == second, "of one version there are the columns of all"


async def test_a_cell_is_no_formula_and_the_row_says_nothing_of_whom(survey: World) -> None:
    await answered(survey)
    written, *_ = await table(survey)
    assert written["texts.comment"] == "'=HYPERLINK(1)"
    assert not {"recipient", "child_id", "reference"} & written.keys()
    assert (written["team_id"], written["area"]) == (str(BETA), "south")


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("team=TA", ["yes"]),
        (f"team={BETA}", [""]),
        ("area=north,south", ["", "yes"]),
        ("counted=true", ["", "yes"]),
        ("counted=false", ["no"]),
        ("standing=late", ["no"]),
        ("received_on_from=2019-06-29", ["no"]),
        ("received_on_until=2019-06-28", ["", "yes"]),
        ("audience=parents", []),
        ("wave=W2", ["no"]),
    ],
)
async def test_the_table_is_of_what_is_asked_for(
    survey: World, query: str, seen: list[str]
) -> None:
    """A day is one in London: half past midnight of the 29th there is the 28th by UTC."""
    await answered(survey)
    assert [row[f"answers.{WORK}"] for row in await table(survey, query)] == seen
    listed = await get(survey, f"/responses?{query}&count=true")
    assert listed.json()["total"] == len(seen), listed.text


async def test_an_area_manager_takes_away_what_they_reach_and_a_teacher_nothing(
    survey: World,
) -> None:
    await answered(survey)
    [row] = await table(survey, role=Role.AREA_MANAGER, teams=[ALPHA])
    assert row[f"answers.{WORK}"] == "yes"
    for role, claims in ((Role.SUPPORT_TEACHER, {"staff_id": TEACHER}), (Role.LINK_ADVISER, {})):
        assert (await get(survey, "/response-sheets", role, **claims)).status_code == 403


async def test_what_was_withdrawn_counts_as_nothing_and_says_nothing(survey: World) -> None:
    await answered(survey)
    [one] = (await get(survey, "/response-sheets?team=TB")).json()["items"]
    void = await post(
        survey,
        f"/responses/{one['response_id']}/void",
        {"reason": "test-entry"},
        version=one["etag"],
    )
    assert void.status_code == 200, void.text
    [row] = await table(survey, "void=true")
    assert (row["standing"], row["void_reason"], row["texts.comment"]) == ("", "test-entry", "")
    assert row["states.comment"] == "answered"


async def test_a_response_of_nobody_is_a_row_of_no_team(survey: World) -> None:
    """Of an anonymous wave, by an open link, and one that was made anonymous."""
    await answered(survey)
    days = {"issued_on": "2026-01-05", "closes_on": "2027-01-31"}
    wave = await asked(survey, 10, anonymous=True, academic_year="2018-19", **days)
    paper = a_response("A0", "", received_at="2026-11-27T13:14:15Z")
    assert (await post(survey, f"{wave}/responses", paper | {"recipient": None})).is_success
    link = await made_link(survey, wave_id=wave.rpartition("/")[2])
    async with opening(survey) as person:
        await person.answer(await drawn(survey, link))
    async with survey.database("survey").writing() as connection:
        mine = update(Response).where(Response.reference == "Q0")
        await connection.execute(mine.values(recipient_id=None))
    rows = (await get(survey, "/response-sheets")).json()["items"]
    nobodys = [one for one in rows if one["team_id"] is None]
    assert (len(rows), len(nobodys)) == (5, 4)
    assert {one["channel"] for one in nobodys} == {"paper", "open-link"}
    assert {(one["area"], one["school_kind"]) for one in nobodys} == {(None, None)}
    assert len(await table(survey)) == 5


def version(number: int, body: dict[str, Any]) -> Questionnaire:
    told = {"questionnaire": "parents", "version": number, "reading_age": 9}
    return Questionnaire.model_validate({**body, **told})


ASKED_ANEW = ("sections", 0, "items", 0)


def test_a_question_of_another_trend_has_another_column_and_the_same_one_has_one() -> None:
    """Trap 51: under another key it is another question, whatever its id is."""
    anew = changed(*ASKED_ANEW, trend_key="parents-knew-plan")
    versions = [version(1, example()), version(2, anew)]
    answers = [
        {"question": "knew_learning", "state": "answered", "value": "yes"},
        {"question": "told_by", "state": "answered", "value": None},
        {"question": "meeting_helped", "state": "not-applicable", "value": None},
    ]  # and nothing of the comment
    response = made.a_response(answers=answers, chosen={"told_by": ["letter", "phone"]})
    wave = made.an_issued(audience="parents", questionnaire="parents", questionnaire_version=2)
    row = row_of(response, wave, None, versions, {"comment": "Made-up words."})
    assert row.states == {
        "parents-knew-learning": NOT_ASKED,
        "parents-knew-plan": "answered",
        "parents-told-by": "answered",
        "parents-meeting-helped": "not-applicable",
        "comment": "not-answered",
    }
    assert row.answers == {
        "parents-knew-learning": None,
        "parents-knew-plan": "yes",
        "parents-told-by": ["letter", "phone"],
        "parents-meeting-helped": None,
    }
    assert row.texts == {"comment": "Made-up words."}
    assert (row.team_id, row.area, row.school_kind) == (None, None, None)

"""A delivery is rated by whoever scans its QR code: each form is one rating as any other."""

import asyncio
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from libs.common.core.clock import local_day
from libs.common.security import Role
from tests.unit.common.pages.browsing import heading
from tests.unit.survey.calls import events_of, get, imported, post
from tests.unit.survey.open_links.opening import (
    DONE,
    OVER,
    a_course,
    drawn,
    listed,
    made,
    opening,
    stepped,
)
from tests.unit.survey.open_links.scanning import decoded
from tests.worlds import World


async def _evaluated(world: World, **more: Any) -> tuple[str, str, str]:
    """Have a course be rated by a link; return its id, the link's path and the code."""
    course = await a_course(world)
    link = await made(world, delivery_id=course, **more)
    return course, link, await drawn(world, link)


async def test_whoever_was_there_rates_a_course_form_by_form(survey: World) -> None:
    course, link, code = await _evaluated(survey)
    paper = {"form": 1, "content": 7, "methods": 7}
    await post(survey, f"/deliveries/{course}/ratings", paper)
    async with opening(survey) as one, opening(survey) as two:
        page = await one.open(code)
        assert heading(page) == "Precision teaching"
        assert await listed(survey, "ratings?sort=-form") != []
        said = {"content": "10", "methods": "9", "comment": "Made-up words.", "may_quote": "yes"}
        assert heading(await one.rate(code, **said)) == DONE
        assert heading(await two.rate(code, content="8")) == DONE
    ratings = await listed(survey, "ratings?sort=form")
    assert [(one["form"], one["content"], one["methods"]) for one in ratings] == [
        (1, 7, 7),
        (100_001, 10, 9),
        (100_002, 8, None),
    ]
    assert [(one["comment"], one["may_quote"]) for one in ratings][1] == ("Made-up words.", True)
    told = await events_of(survey, "RatingReceived")
    assert [one["content"] for one in told] == [7, 10, 8]
    assert "Made-up words." not in str(told)
    assert (await get(survey, link)).json()["forms"] == 2


async def test_a_rating_sent_fifty_times_at_once_is_one_and_of_many_each_is_one(
    survey: World,
) -> None:
    _, link, code = await _evaluated(survey)
    async with opening(survey) as hurried:
        await hurried.open(code)
        sent = await asyncio.gather(*(hurried.step("send", content="9") for _ in range(50)))
        assert {heading(page) for page in sent} == {DONE}
    assert len(await listed(survey, "ratings")) == 1

    async def rate() -> str:
        async with opening(survey) as person:
            return heading(await person.rate(code, content="9"))

    assert set(await asyncio.gather(*(rate() for _ in range(20)))) == {DONE}
    assert len({one["form"] for one in await listed(survey, "ratings")}) == 21
    assert (await get(survey, link)).json()["forms"] == 21


async def test_a_delivery_is_rated_for_14_days_unless_somebody_says_otherwise(
    survey: World,
) -> None:
    today = local_day(datetime.now(UTC))
    course, link, code = await _evaluated(survey)
    assert (await get(survey, link)).json()["closes_on"] == str(today + timedelta(days=14))
    earlier = await a_course(survey, "D2", delivered_on=str(today - timedelta(days=40)))
    late = await made(survey, delivery_id=earlier, closes_on=str(today + timedelta(days=3)))
    assert (await get(survey, late)).json()["closes_on"] == str(today + timedelta(days=3))
    assert (await stepped(survey, link, "ending")).json()["allowed"] == ["reopen"]
    async with opening(survey) as person:
        assert heading(await person.open(code)) == OVER
        again = await post(survey, f"{link}/code")
        assert (again.status_code, again.json()["code"]) == (409, "open-link-ended")
        day = str(today + timedelta(days=1))
        opened = await stepped(survey, link, "reopening", {"closes_on": day})
        assert (opened.json()["closes_on"], opened.json()["most"]) == (day, 1_000)
        assert heading(await person.rate(code, content="10")) == DONE
    version = (await get(survey, f"/deliveries/{course}")).headers["ETag"]
    void = await post(
        survey, f"/deliveries/{course}/void", {"reason": "entry-error"}, version=version
    )
    assert void.status_code == 200, void.text
    async with opening(survey) as other:
        assert heading(await other.open(code)) == OVER


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ({"content": "11"}, "Choose a mark from 1 to 10."),
        ({"comment": "x" * 4_001}, "Your answer has 4,001 characters."),
        ({}, "You have not answered a question yet."),
    ],
)
async def test_a_fault_on_a_rating_form_is_told(
    survey: World, marks: dict[str, str], words: str
) -> None:
    _, _, code = await _evaluated(survey)
    async with opening(survey) as person:
        told = await person.rate(code, methods="9" if marks else "", **marks)
        assert told.status_code == 422
        assert words in told.text
        assert ('value="9" checked' in told.text) == bool(marks)
    assert await listed(survey, "ratings") == []


async def test_what_was_written_on_a_form_is_for_the_head_and_area_managers(
    survey: World,
) -> None:
    _, _, code = await _evaluated(survey)
    async with opening(survey) as person:
        await person.rate(code, comment="Made-up words.")
    for role, comment, withheld in (
        (Role.AREA_MANAGER, "Made-up words.", []),
        (Role.SUPPORT_TEACHER, None, ["comment", "may_quote"]),
    ):
        [rating] = (await get(survey, "/ratings", role)).json()["items"]
        assert (rating["comment"], rating["withheld"]) == (comment, withheld)
    path = f"/ratings/{rating['rating_id']}"
    put = await stepped(survey, path, "corrections", {"content": 9, "reason": "entry-error"})
    assert (put.json()["content"], put.json()["comment"]) == (9, "Made-up words.")
    put = await stepped(survey, path, "corrections", {"comment": None, "reason": "entry-error"})
    assert put.json()["comment"] is None


async def test_a_delivery_says_what_it_is_called_where_and_in_which_term(survey: World) -> None:
    school = "00000000-0000-4000-8000-000000000001"
    said = {"kind": "bespoke-training", "course": None, "delegates": None, "title": "Number sense"}
    said |= {"delivered_on": "2019-01-23", "school_id": school}
    row = {"reference": "D9", **said}
    [outcome] = (await imported(survey, "deliveries", row))["outcomes"]
    assert outcome["outcome"] == "created"
    [shown] = await listed(survey, f"deliveries?school={school}")
    assert (shown["title"], shown["school_id"]) == ("Number sense", school)
    assert (shown["academic_year"], shown["term"]) == ("2018-19", "spring")
    path = f"/deliveries/{shown['delivery_id']}"
    whole = {"kind": "bespoke-training", "delivered_on": "2019-01-24", "reason": "entry-error"}
    put = await stepped(survey, path, "corrections", whole)
    assert (put.json()["title"], put.json()["school_id"]) == ("Number sense", school)
    put = await stepped(survey, path, "corrections", {**whole, "title": None})
    assert put.json()["title"] == "Bespoke training"
    again = {"reference": "D9", "kind": "bespoke-training", "delivered_on": "2019-01-24"}
    assert (await post(survey, "/deliveries", again)).status_code == 200


async def test_the_sheet_and_its_qr_code_lead_to_the_form(survey: World) -> None:
    """A decoder that is none of ours reads the code."""
    course = await a_course(survey, title="Made-up <b>course</b>")
    link = await made(survey, delivery_id=course)
    shown = (await post(survey, f"{link}/code")).json()
    sheet = await survey.client.get(shown["sheet"])
    assert shown["address"] in sheet.text
    assert "Made-up &lt;b&gt;course" in sheet.text
    printed = await survey.client.get(shown["sheet_pdf"])
    assert printed.headers["content-type"] == "application/pdf"
    words = PdfReader(BytesIO(printed.content)).pages[0].extract_text()
    assert "Made-up <b>course</b>" in words
    assert shown["code"] in words
    svg = await survey.client.get(shown["qr_svg"])
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.text.startswith("<svg")
    png = await survey.client.get(shown["qr_png"])
    assert png.headers["content-type"] == "image/png"
    assert decoded(png.content) == [shown["address"]]
    wrong = await survey.client.get("/survey/open/0000-0000-0000/qr.svg")
    assert (wrong.status_code, wrong.json()["code"]) == (404, "no-such-link")
    assert (await survey.client.get("/survey/open/0000-0000-0000/sheet")).status_code == 404

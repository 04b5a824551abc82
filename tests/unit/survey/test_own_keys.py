"""A wave, recipient, response and delivery are named by the county's own keys."""

from datetime import date
from typing import Any
from uuid import UUID

from libs.common.contracts.referral import SchoolRecorded
from tests.unit.survey.calls import a_response, a_wave, handle, imported, post, registered
from tests.worlds import World

CHILD = UUID(int=7)
C1 = {"child": {"scheme": "county", "reference": "C1"}}


async def test_a_wave_is_listed_answered_and_rated_without_an_id_of_ours(survey: World) -> None:
    await handle(survey, registered(CHILD))
    wave = {"wave": {"reference": "W-children"}}
    reference = {"scheme": "county", "reference": "C1", "child_id": str(CHILD)}
    delivery = {"reference": "D1", "kind": "bespoke-training", "delivered_on": "2019-01-23"}
    files: list[tuple[str, dict[str, Any], str]] = [
        ("child-references", reference, "created"),
        ("waves", a_wave(), "created"),
        ("recipients", {**wave, "reference": "r1", **C1}, "created"),
        ("recipients", {**wave, "reference": "r1", "child_id": str(CHILD)}, "unchanged"),
        ("wave-issues", wave, "updated"),
        ("wave-issues", wave, "unchanged"),
        ("deliveries", delivery, "created"),
        ("ratings", {"delivery": {"reference": "D1"}, "form": 1, "content": 9}, "created"),
    ]
    for kind, row, outcome in files:
        report = await imported(survey, kind, row)
        assert [one["outcome"] for one in report["outcomes"]] == [outcome], (kind, report)
    answered = {**a_response("A1", "r1", "yes"), **wave}
    void = {"response": {"reference": "A1", **wave}, "reason": "withdrawn-by-respondent"}
    for kind, row, outcome in (
        ("responses", answered, "created"),
        ("response-voids", void, "updated"),
        ("wave-closures", wave, "updated"),
        ("wave-closures", wave, "unchanged"),
        ("wave-issues", wave, "unchanged"),
    ):
        report = await imported(survey, kind, row)
        assert [one["outcome"] for one in report["outcomes"]] == [outcome], (kind, report)


async def test_each_of_a_list_is_named_by_its_key_and_refused_at_its_place(survey: World) -> None:
    school = SchoolRecorded(
        school_id=UUID(int=9),
        urn=900001,
        la_code=991,
        establishment_type="01",
        phase=2,
        status=1,
        kind="primary",
        opened_on=None,
        closed_on=None,
        snapshot_on=date(2018, 9, 1),
    )
    await handle(survey, school)
    made = await post(survey, "/waves", a_wave("schools"))
    url = f"/waves/{made.json()['wave_id']}/recipients"
    rows = [{"reference": f"r{urn}", "school": {"urn": urn}} for urn in (900001, 900002)]
    answer = await post(survey, url, rows)
    assert answer.status_code == 409, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/1/school"]
    assert (await post(survey, url, rows[:1])).status_code == 200

"""Deliveries and their ratings, form by form."""

from typing import Any

import pytest

from libs.common.security import Role
from tests.unit.survey.calls import events_of, get, imported, post
from tests.worlds import World


async def test_a_delivery_is_rated_form_by_form(survey: World) -> None:
    course = {
        "reference": "D1",
        "kind": "course",
        "course": "p-scales-to-pre-key-stage",
        "delivered_on": "2019-01-23",
        "delegates": 20,
    }
    delivered = await post(survey, "/deliveries", course)
    assert delivered.status_code == 201
    path = f"/deliveries/{delivered.json()['delivery_id']}"
    form = {"form": 1, "content": 10, "methods": None}
    first = await post(survey, f"{path}/ratings", form)
    again = await post(survey, f"{path}/ratings", form)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["rating_id"] == again.json()["rating_id"]
    other = await post(survey, f"{path}/ratings", {**form, "content": 9})
    assert (other.status_code, other.json()["code"]) == (409, "already-recorded")
    assert [fault["pointer"] for fault in other.json()["errors"]] == ["/content"]
    for mark in (0, 11, 9.5):
        refused = await post(survey, f"{path}/ratings", {"form": 2, "content": mark})
        assert refused.status_code == 422
    events = await events_of(survey, "RatingReceived")
    assert [(event["content"], event["methods"]) for event in events] == [(10, None)]
    assert events[0]["rating_id"] == first.json()["rating_id"]
    assert (await get(survey, path)).headers["ETag"] == '"2"'
    bare = await post(
        survey,
        "/deliveries",
        {"reference": "D2", "kind": "network", "delivered_on": "2019-01-23"},
    )
    assert [fault["pointer"] for fault in bare.json()["errors"]] == ["/course", "/delegates"]


ON = "2019-01-23"


@pytest.mark.parametrize(
    ("kind", "course", "accepted"),
    [
        ("network", "senco", True),
        ("course", "p-scales-to-pre-key-stage", True),
        ("course", "precision-teaching", True),
        ("bespoke-assessment", None, True),
        ("network", "senco-network", False),
        ("course", "senco", False),  # a network's code is no course's
        ("course", "SENCO", False),
    ],
)
async def test_a_delivery_is_under_a_code_on_the_list(
    survey: World, kind: str, course: str | None, accepted: bool
) -> None:
    delivery: dict[str, Any] = {"reference": "D1", "kind": kind, "delivered_on": ON}
    if course:
        delivery |= {"course": course, "delegates": 5}
    answer = await post(survey, "/deliveries", delivery)
    assert answer.status_code == (201 if accepted else 422), answer.text
    faults = [(one["code"], one["pointer"]) for one in answer.json().get("errors", [])]
    assert faults == ([] if accepted else [("unknown-code", "/course")])
    row = (await imported(survey, "deliveries", delivery))["outcomes"][0]
    assert row["outcome"] == ("unchanged" if accepted else "refused")
    if not accepted:
        assert [one["code"] for one in row["faults"]] == ["unknown-code"]


async def test_the_list_of_codes_has_an_address_that_every_role_may_read(survey: World) -> None:
    for role in Role:
        listed = await get(survey, "/courses", role)
        assert listed.status_code == 200, role
        codes = {(one["kind"], one["code"]): one for one in listed.json()}
        for kind, code in (
            ("network", "senco"),
            ("course", "p-scales-to-pre-key-stage"),
            ("course", "precision-teaching"),
        ):
            assert (codes[kind, code]["valid_from"], codes[kind, code]["valid_to"]) == (None, None)


async def test_all_that_is_wrong_with_a_delivery_is_said_at_once(survey: World) -> None:
    wrong = {"reference": "D1", "kind": "course", "course": "x", "delivered_on": "2190-01-01"}
    refused = await post(survey, "/deliveries", wrong)
    faults = {(one["code"], one["pointer"]) for one in refused.json()["errors"]}
    assert faults == {
        ("in-the-future", "/delivered_on"),
        ("missing", "/delegates"),
        ("unknown-code", "/course"),
    }

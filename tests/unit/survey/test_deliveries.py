"""Deliveries and their ratings, form by form."""

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


async def test_a_delivery_under_a_code_that_is_not_listed_is_refused(survey: World) -> None:
    delivery = {"reference": "D1", "kind": "network", "course": "senco-network", "delegates": 5}
    delivery |= {"delivered_on": "2019-01-23"}
    answer = await post(survey, "/deliveries", delivery)
    assert answer.status_code == 422, answer.text
    faults = [(one["code"], one["pointer"]) for one in answer.json()["errors"]]
    assert faults == [("unknown-code", "/course")]
    row = (await imported(survey, "deliveries", delivery))["outcomes"][0]
    assert row["outcome"] == "refused"
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

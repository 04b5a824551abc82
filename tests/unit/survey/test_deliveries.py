"""Deliveries and their ratings, form by form."""

from tests.unit.survey.calls import events_of, get, post
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

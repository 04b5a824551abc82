"""What is imported twice is there once, of every kind."""

from tests.unit.survey.calls import a_wave, imported
from tests.worlds import World


async def test_everything_else_is_imported_too(survey: World) -> None:
    delivery = {"reference": "D1", "kind": "bespoke-training", "delivered_on": "2019-01-23"}
    first = await imported(survey, "deliveries", delivery, delivery)
    assert (first["created"], first["unchanged"]) == (1, 1)
    id_ = first["outcomes"][0]["id"]
    ratings = [{"delivery_id": id_, "form": n, "content": 9, "methods": 10} for n in (1, 2, 1)]
    rated = await imported(survey, "ratings", *ratings)
    assert (rated["created"], rated["unchanged"]) == (2, 1)
    faulty = await imported(survey, "ratings", {**ratings[0], "form": 3, "content": 11})
    assert faulty["outcomes"][0]["faults"][0]["pointer"] == "/content"
    for kind, row in (
        ("waves", a_wave()),
        ("complaints", {"reference": "CO1", "received_on": "2019-01-23", "formal": False}),
        ("compliments", {"reference": "CP1", "received_on": "2019-01-23", "source": "schools"}),
        (
            "register-checks",
            {"kind": "compliments", "month": "2019-01", "checked_on": "2019-02-04"},
        ),
    ):
        report = await imported(survey, kind, row, row)
        assert (report["created"], report["unchanged"]) == (1, 1), kind
        assert (await imported(survey, kind, row))["unchanged"] == 1, kind

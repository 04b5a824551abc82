"""Every record of survey is corrected, voided, and recorded again, with the reason and a note."""

from typing import Any, NamedTuple

import pytest

from libs.common.security import Role
from tests.unit.survey.calls import events_of, get, imported, post
from tests.worlds import World

WHY = {"reason": "entry-error", "note": "Made-up words."}
COURSE = {
    "kind": "course",
    "course": "precision-teaching",
    "delivered_on": "2019-02-01",
    "delegates": 4,
}
TOLD = {"received_on": "2019-02-14", "text": "Made-up words."}


class Kind(NamedTuple):
    """A record: how it is recorded, what is put right of it, and what is published."""

    path: str
    thing: str
    key: dict[str, Any]
    content: dict[str, Any]
    right: dict[str, Any]
    recorded: str
    corrected: str
    imports: str


KINDS = (
    Kind(
        "/deliveries",
        "delivery",
        {"reference": "D1"},
        COURSE,
        {"kind": "bespoke-training", "delivered_on": "2019-02-02"},
        "TrainingDelivered",
        "Delivery",
        "deliveries",
    ),
    Kind(
        "/complaints",
        "complaint",
        {"reference": "C1"},
        {**TOLD, "formal": True},
        {**TOLD, "formal": False, "closed_on": "2019-03-01", "outcome": "upheld"},
        "ComplaintReceived",
        "Complaint",
        "complaints",
    ),
    Kind(
        "/compliments",
        "compliment",
        {"reference": "C1"},
        {**TOLD, "source": "parents"},
        {"received_on": "2019-02-15", "source": "schools"},
        "ComplimentReceived",
        "Compliment",
        "compliments",
    ),
    Kind(
        "/register-checks",
        "check",
        {"kind": "complaints", "month": "2019-02"},
        {"checked_on": "2019-03-04"},
        {},
        "RegisterChecked",
        "RegisterCheck",
        "register-checks",
    ),
)


def shown(view: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """Return of a view what a command tells."""
    return {name: view[name] for name in told}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.thing)
async def test_what_is_recorded_is_corrected_voided_and_recorded_again(
    survey: World, kind: Kind
) -> None:
    made = await post(survey, kind.path, kind.key | kind.content)
    path = f"{kind.path}/{made.json()[f'{kind.thing}_id']}"
    version = made.headers["ETag"]
    told = kind.content
    if kind.right:
        unversioned = await post(survey, f"{path}/corrections", kind.right | WHY)
        assert unversioned.status_code == 428
        right = await post(survey, f"{path}/corrections", kind.right | WHY, version=version)
        assert right.status_code == 200, right.text
        stale = await post(survey, f"{path}/corrections", kind.right | WHY, version=version)
        assert stale.status_code == 412
        version, told = right.headers["ETag"], kind.right
        assert shown((await get(survey, path)).json(), told) == told
        [event] = await events_of(survey, f"{kind.corrected}Corrected")
        assert event["reason"] == "entry-error"
        assert "text" not in event
        again = await post(survey, f"{path}/corrections", kind.right | WHY, version=version)
        assert again.headers["ETag"] == version
    assert (await post(survey, f"{path}/void", WHY)).status_code == 428
    void = await post(survey, f"{path}/void", WHY, version=version)
    assert (void.status_code, void.json()["void"]) == (200, True)
    assert (await get(survey, path)).json()["void"]
    for step in ("corrections", "void") if kind.right else ("void",):
        body = WHY if step == "void" else kind.right | WHY
        refused = await post(survey, f"{path}/{step}", body, version=void.headers["ETag"])
        assert (refused.status_code, refused.json()["code"][-4:]) == (409, "void")
    said = {name: value for name, value in told.items() if name not in {"closed_on", "outcome"}}
    report = await imported(survey, kind.imports, kind.key | said)
    assert report["unchanged"] == 1, "a file that is loaded again undoes no withdrawal"
    back = await post(survey, kind.path, kind.key | kind.content)
    assert (back.status_code, back.json()["void"]) == (201, False)
    assert shown(back.json(), kind.content) == kind.content
    assert len(await events_of(survey, kind.recorded)) == 2
    assert len(await events_of(survey, f"{kind.corrected}Voided")) == 1
    await _explained(survey, path.rsplit("/", 1)[1])


async def _explained(survey: World, record: str) -> None:
    log = (await get(survey, f"/change-log?record_id={record}")).json()["items"]
    why = {(line["reason"], line["note"]) for line in log if line["became"] is True}
    assert ("entry-error", "Made-up words.") in why


async def test_a_rating_form_is_put_right_under_its_deliverys_etag(survey: World) -> None:
    """A mark of 10 that was typed as 1."""
    made = await post(survey, "/deliveries", {"reference": "D1", **COURSE})
    ratings = f"/deliveries/{made.json()['delivery_id']}/ratings"
    form = await post(survey, ratings, {"form": 1, "content": 1, "methods": 9})
    path = f"/ratings/{form.json()['rating_id']}"
    marks = {"content": 10, "methods": 9}
    assert (await get(survey, path)).headers["ETag"] == form.headers["ETag"]
    stale = await post(survey, f"{path}/corrections", marks | WHY, version=made.headers["ETag"])
    assert stale.status_code == 412
    right = await post(survey, f"{path}/corrections", marks | WHY, version=form.headers["ETag"])
    assert shown(right.json(), marks) == marks
    [event] = await events_of(survey, "RatingCorrected")
    assert (event["content"], event["reason"]) == (10, "entry-error")
    void = await post(survey, f"{path}/void", WHY, version=right.headers["ETag"])
    assert (await get(survey, path)).json()["void"]
    refused = await post(survey, f"{path}/corrections", marks | WHY, version=void.headers["ETag"])
    assert (refused.status_code, refused.json()["code"]) == (409, "rating-void")
    row = {"delivery_id": made.json()["delivery_id"], "form": 1, **marks}
    assert (await imported(survey, "ratings", row))["unchanged"] == 1
    assert (await post(survey, ratings, {"form": 1, **marks})).json()["void"] is False
    await _explained(survey, path.rsplit("/", 1)[1])
    version = (await get(survey, f"/deliveries/{made.json()['delivery_id']}")).headers["ETag"]
    delivery = f"/deliveries/{made.json()['delivery_id']}"
    assert (await post(survey, f"{delivery}/void", WHY, version=version)).status_code == 200
    other = await post(survey, ratings, {"form": 2, **marks})
    assert (other.status_code, other.json()["code"]) == (409, "delivery-void")


async def test_a_correction_is_checked_as_what_it_corrects_is(survey: World) -> None:
    made = await post(survey, "/deliveries", {"reference": "D1", **COURSE})
    path, version = f"/deliveries/{made.json()['delivery_id']}", made.headers["ETag"]
    for wrong, pointer in (
        ({"course": "no-such-course"}, "/course"),
        ({"delegates": None}, "/delegates"),
        ({"delivered_on": "2199-01-01"}, "/delivered_on"),
    ):
        body = {**COURSE, **wrong, **WHY}
        refused = await post(survey, f"{path}/corrections", body, version=version)
        assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]
    complaint = {"reference": "C1", "received_on": "2019-02-14", "formal": False}
    entered = await post(survey, "/complaints", complaint)
    path, version = f"/complaints/{entered.json()['complaint_id']}", entered.headers["ETag"]
    for wrong, pointer in (
        ({"closed_on": "2019-03-01"}, "/outcome"),
        ({"closed_on": "2019-02-13", "outcome": "upheld"}, "/closed_on"),
    ):
        body = {"received_on": "2019-02-14", "formal": False, **wrong, **WHY}
        refused = await post(survey, f"{path}/corrections", body, version=version)
        assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


async def test_who_raised_a_concern_corrects_it_until_it_is_formal_or_closed(
    survey: World,
) -> None:
    said = {"received_on": "2019-02-14", "formal": False}
    raised = await post(survey, "/complaints", {"reference": "C1", **said}, Role.PARENT)
    path = f"/complaints/{raised.json()['complaint_id']}"
    moved = {**said, "received_on": "2019-02-15", **WHY}
    url, version = f"{path}/corrections", raised.headers["ETag"]
    other = await post(survey, url, moved, Role.SCHOOL_SENCO, version=version)
    assert other.status_code == 404
    own = await post(survey, url, moved, Role.PARENT, version=version)
    assert own.status_code == 200
    formal = {**moved, "formal": True}
    version = own.headers["ETag"]
    refused = await post(survey, url, formal, Role.PARENT, version=version)
    assert (refused.status_code, refused.json()["code"]) == (403, "for-the-head-to-correct")
    version = (await post(survey, url, formal, version=version)).headers["ETag"]
    late = await post(survey, f"{path}/void", WHY, Role.PARENT, version=version)
    assert late.json()["code"] == "for-the-head-to-correct"


async def test_a_month_that_was_checked_asks_again_when_its_entries_change(survey: World) -> None:
    checked = {}
    for register in ("complaints", "compliments"):
        for month in ("2019-02", "2019-03"):
            check = {"kind": register, "month": month, "checked_on": "2019-04-01"}
            made = await post(survey, "/register-checks", check)
            checked[register, month] = f"/register-checks/{made.json()['check_id']}"

    async def void() -> list[tuple[str, str]]:
        return [one for one, path in checked.items() if (await get(survey, path)).json()["void"]]

    said = {"received_on": "2019-02-14", "formal": False}
    entered = await post(survey, "/complaints", {"reference": "C1", **said})
    assert await void() == [("complaints", "2019-02")]
    [event] = await events_of(survey, "RegisterCheckVoided")
    assert (event["month"], event["reason"]) == ("2019-02", "register-changed")
    path, version = f"/complaints/{entered.json()['complaint_id']}", entered.headers["ETag"]
    again = {"kind": "complaints", "month": "2019-02", "checked_on": "2019-04-01"}
    assert (await post(survey, "/register-checks", again)).status_code == 201
    worded = {**said, "text": "Other made-up words.", **WHY}
    same = await post(survey, f"{path}/corrections", worded, version=version)
    assert await void() == []
    moved = {**said, "received_on": "2019-03-14", **WHY}
    url = f"{path}/corrections"
    right = await post(survey, url, moved, version=same.headers["ETag"])
    assert await void() == [("complaints", "2019-02"), ("complaints", "2019-03")]
    for month in ("2019-02", "2019-03"):
        await post(survey, "/register-checks", {**again, "month": month})
    await post(survey, f"{path}/void", WHY, version=right.headers["ETag"])
    assert await void() == [("complaints", "2019-03")]
    praise = {"reference": "P1", "received_on": "2019-02-14", "source": "parents"}
    await imported(survey, "compliments", praise)
    assert await void() == [("complaints", "2019-03"), ("compliments", "2019-02")]

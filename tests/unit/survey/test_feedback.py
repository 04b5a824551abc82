"""Complaints, compliments and the checks of their registers."""

from libs.common.security import Role
from tests.unit.survey.calls import events_of, get, imported, post
from tests.worlds import World


async def test_the_registers_keep_text_and_publish_codes(survey: World) -> None:
    complaint = {
        "reference": "CO1",
        "received_on": "2019-02-14",
        "formal": True,
        "text": "Made-up concern.",
    }
    parents = await post(survey, "/complaints", complaint, Role.PARENT)
    assert (parents.status_code, parents.json()["code"]) == (403, "formal-is-for-the-head")
    entered = await post(survey, "/complaints", complaint)
    path = f"/complaints/{entered.json()['complaint_id']}"
    assert (await get(survey, path, Role.PARENT)).status_code == 404
    early = {"closed_on": "2019-02-13", "outcome": "not-upheld"}
    version = entered.headers["ETag"]
    refused = await post(survey, f"{path}/closure", early, version=version)
    assert refused.status_code == 422
    answered = {**early, "closed_on": "2019-03-01"}
    closed = await post(survey, f"{path}/closure", answered, version=version)
    assert closed.json()["outcome"] == "not-upheld"
    compliment = {"reference": "CP1", "received_on": "2019-02-14", "source": "parents"}
    raised = await post(survey, "/compliments", compliment, Role.PARENT)
    assert raised.status_code == 201
    other = await post(survey, "/compliments", {**compliment, "source": "schools"}, Role.PARENT)
    assert [fault["pointer"] for fault in other.json()["errors"]] == ["/source"]
    check = {"kind": "complaints", "month": "2019-02", "checked_on": "2019-03-04"}
    checked = await post(survey, "/register-checks", check)
    assert checked.status_code == 201
    assert (await post(survey, "/register-checks", check)).status_code == 200
    other = await post(survey, "/register-checks", {**check, "checked_on": "2019-03-05"})
    assert [fault["pointer"] for fault in other.json()["errors"]] == ["/checked_on"]
    soon = await post(survey, "/register-checks", {**check, "checked_on": "2019-02-27"})
    assert soon.status_code == 422
    check_path = f"/register-checks/{checked.json()['check_id']}"
    assert (await get(survey, check_path, Role.LINK_ADVISER)).status_code == 200
    received = await events_of(survey, "ComplaintReceived")
    assert received[0]["formal"] is True
    assert "text" not in received[0]
    assert len(await events_of(survey, "RegisterChecked")) == 1


EARLY, LATER = "before-month-end", "in-the-future"


async def test_a_register_is_not_vouched_for_ahead_in_bulk_either(survey: World) -> None:
    ahead = {"kind": "complaints", "month": "2150-08", "checked_on": "2150-09-01"}
    report = await imported(survey, "register-checks", ahead)
    assert [fault["code"] for fault in report["outcomes"][0]["faults"]] == [LATER]

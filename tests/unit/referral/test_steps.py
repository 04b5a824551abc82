"""What may be done with a case and a referral, as the caller's role and the state both permit."""

from typing import Any
from uuid import UUID

from libs.common.security import Role
from tests.journeys.casework import call, opened, ready, referred
from tests.worlds import World

CASES, REFERRALS = "/referral/v1/cases", "/referral/v1/referrals"
OF_A_CASE = {
    "head-of-service": "allocate record-visits assess-risk end pause",
    "support-teacher": "record-visits review assess-risk pause",
    "county-send-officer": "",
    "school-senco": "",
}
OF_A_REFERRAL = {
    "head-of-service": "check decide withdraw correct void",
    "support-teacher": "",
    "county-send-officer": "withdraw correct void",
    "school-senco": "withdraw correct void",
}


async def test_what_is_shown_is_what_the_role_may_do_and_the_state_allows(referral: World) -> None:
    known = await opened(referral)
    shown = (await call(referral, "GET", f"{CASES}/{known['case']}")).json()
    claims: dict[str, dict[str, Any]] = {
        "support-teacher": {"staff_id": UUID(known["staff"])},
        "school-senco": {"schools": [UUID(shown["school_id"])]},
    }
    for role, steps in OF_A_CASE.items():
        who = referral.as_(role, **claims.get(role, {}))
        for url in (CASES, f"{CASES}/{known['case']}", f"{CASES}/{known['case']}/overview"):
            answer = (await call(referral, "GET", url, headers=who)).json()
            answer = answer["items"][0] if "items" in answer else answer
            one = answer.get("case", answer)
            assert one["allowed"] == steps.split(), (role, url)
    made = await call(referral, "GET", f"{REFERRALS}?child={known['child']}")
    assert made.json()["items"][0]["allowed"] == [
        "correct",
        "void",
        "correct-decision",
        "void-decision",
    ]


async def test_a_referral_shows_each_role_the_steps_that_are_its_own(referral: World) -> None:
    """The area manager has them for a child of a school of theirs, whom nobody supports yet."""
    known = await ready(referral)
    id_ = await referred(referral, known["child"])
    school = UUID((await call(referral, "GET", f"{REFERRALS}/{id_}")).json()["school_id"])
    for role, steps in OF_A_REFERRAL.items():
        who = referral.as_(role, schools=[school])
        answer = await call(referral, "GET", f"{REFERRALS}/{id_}", headers=who)
        if answer.status_code == 200:
            assert answer.json()["allowed"] == steps.split(), role
        else:
            assert (answer.status_code, steps) == (404, "")
    manager = referral.as_(Role.AREA_MANAGER, schools=[school], teams=[UUID(int=1)])
    of_manager = await call(referral, "GET", f"{REFERRALS}/{id_}", headers=manager)
    assert of_manager.json()["allowed"] == ["check", "withdraw"]
    other = {"child_id": known["child"], "reference": "R2", "submitted_on": "2018-09-04"}
    told = await call(referral, "POST", REFERRALS, {**other, "evidence": {}}, headers=manager)
    assert told.json()["allowed"] == ["check", "withdraw"], told.text

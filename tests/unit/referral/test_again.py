"""Recording a thing again: the same changes nothing, and nothing else is said to have been done."""

from typing import Any

import pytest

from tests.journeys.casework import CHILD, call, opened
from tests.worlds import World

PLAN = {
    "reference": "PL-2",
    "plan_type": "GRIP",
    "names_service": False,
    "starts_on": "2016-01-10",
    "ends_on": "2017-08-31",
    "cease_reason": "replaced",
}
EXCLUSION = {
    "child_id": "",
    "school_id": "",
    "category": "PERM",
    "starts_on": "2018-11-05",
    "half_days": 4,
    "upheld_on": "2018-11-20",
    "rescinded_on": "2018-12-20",
    "ground": "overturned",
}
TEAM = {"name": "North", "area": "north", "formed_on": "2015-09-01"}
STAFF = {
    "name": "Testcase Teacher",
    "post": "specialist-teacher",
    "fte": "0.80",
    "appointed_on": "2015-09-01",
}
REFERRAL = {
    "reference": "R1",
    "child_id": "",
    "submitted_on": "2018-09-03",
    "evidence": {"significant_barriers": True, "complex_needs": True},
}
DECISION = {"decision": "agree", "decided_on": "2018-09-20", "reason": "meets-criteria"}
START = {"referral_id": "", "staff_id": "", "started_on": "2018-10-01"}
RISK = {"level": "at-risk", "drivers": ["suspension"], "assessed_on": "2018-11-05"}

THINGS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "exclusion": ("PUT", "/exclusions/by-reference/E1", EXCLUSION),
    "team": ("PUT", "/teams/by-code/T1", TEAM),
    "staff": ("PUT", "/staff/by-reference/S1", STAFF),
    "child": ("PUT", "/children/by-reference/county/C1", {**CHILD, "plans": [PLAN]}),
    "referral": ("POST", "/referrals", REFERRAL),
    "decision": ("POST", "/referrals/{referral_id}/decision", DECISION),
    "case": ("POST", "/cases", START),
    "risk": ("POST", "/cases/{case_id}/risk-assessments", RISK),
}

DIFFERENT: list[tuple[str, dict[str, Any], str, list[str]]] = [
    ("exclusion", {"child_id": "another"}, "already-recorded", ["/child_id"]),
    ("exclusion", {"school_id": "another"}, "already-recorded", ["/school_id"]),
    (
        "exclusion",
        {"category": "SUSP", "upheld_on": None},
        "already-recorded",
        ["/category"],
    ),
    ("exclusion", {"starts_on": "2018-11-06"}, "already-recorded", ["/starts_on"]),
    ("exclusion", {"half_days": 6}, "already-recorded", ["/half_days"]),
    ("exclusion", {"upheld_on": "2018-11-21"}, "already-recorded", ["/upheld_on"]),
    (
        "exclusion",
        {"rescinded_on": "2018-12-21", "ground": "withdrawn"},
        "already-recorded",
        ["/rescinded_on", "/ground"],
    ),
    ("team", {"area": "south"}, "already-recorded", ["/area"]),
    ("team", {"formed_on": "2016-09-01"}, "already-recorded", ["/formed_on"]),
    ("staff", {"post": "area-manager"}, "already-recorded", ["/post"]),
    ("staff", {"appointed_on": "2016-09-01"}, "already-recorded", ["/appointed_on"]),
    (
        "child",
        {"plans": [{**PLAN, "cease_reason": "moved-away"}]},
        "plan-closed",
        ["/plans/0/cease_reason"],
    ),
    (
        "child",
        {"plans": [{**PLAN, "ends_on": "2017-07-31"}]},
        "plan-closed",
        ["/plans/0/ends_on"],
    ),
    ("referral", {"evidence": {"delay_months": 18}}, "already-submitted", ["/evidence"]),
    ("referral", {"submitted_on": "2018-09-04"}, "already-submitted", ["/submitted_on"]),
    ("decision", {"decision": "refuse"}, "referral-decided", ["/decision"]),
    ("decision", {"decided_on": "2018-09-21"}, "referral-decided", ["/decided_on"]),
    ("decision", {"reason": "exceptional-case"}, "referral-decided", ["/reason"]),
    ("case", {"started_on": "2018-10-02"}, "already-recorded", ["/started_on"]),
    ("case", {"staff_id": "another"}, "already-recorded", ["/staff_id"]),
    ("risk", {"level": "none"}, "already-assessed", ["/level"]),
    ("risk", {"drivers": ["semh-need"]}, "already-assessed", ["/drivers"]),
]


async def _known(world: World) -> dict[str, str]:
    known = await opened(world)
    case = (await call(world, "GET", f"/referral/v1/cases/{known['case']}")).json()
    url = "/referral/v1/children/by-reference/county/C2"
    other = (await call(world, "PUT", url, {**CHILD, "plans": []})).json()
    return {**case, "another": other["child_id"]}


def _filled(body: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    """Put the ids of what is known in place of names and of what is left blank."""
    blank = {name: known[name] for name, value in body.items() if value == ""}
    named = {name: known["another"] for name, value in body.items() if value == "another"}
    return {**body, **blank, **named}


@pytest.mark.parametrize(
    ("thing", "change", "code", "places"),
    DIFFERENT,
    ids=[f"{thing}-{' '.join(places)[1:]}" for thing, _, _, places in DIFFERENT],
)
async def test_what_cannot_be_corrected_by_recording_it_again_is_refused_by_name(
    referral: World, thing: str, change: dict[str, Any], code: str, places: list[str]
) -> None:
    known = await _known(referral)
    method, path, body = THINGS[thing]
    url, body = f"/referral/v1{path.format(**known)}", _filled(body, known)
    recorded = await call(referral, method, url, body)
    assert recorded.is_success, recorded.text
    refused = await call(referral, method, url, _filled({**body, **change}, known))
    assert (refused.status_code, refused.json().get("code")) == (409, code), refused.text
    assert [fault["pointer"] for fault in refused.json()["errors"]] == places
    assert not any(str(value) in refused.text for value in change.values() if value)
    again = await call(referral, method, url, body)
    assert (again.is_success, again.json()) == (True, recorded.json())
    assert again.headers.get("ETag") == recorded.headers.get("ETag")


async def test_what_became_of_an_exclusion_may_be_said_later_and_once(referral: World) -> None:
    known = await _known(referral)
    url = "/referral/v1/exclusions/by-reference/E1"
    whole = _filled(EXCLUSION, known)
    later = {"upheld_on", "rescinded_on", "ground"}
    first = {name: value for name, value in whole.items() if name not in later}
    assert (await call(referral, "PUT", url, first)).status_code == 201
    became = await call(referral, "PUT", url, whole)
    assert (became.status_code, became.json()["upheld_on"]) == (200, "2018-11-20")
    assert (await call(referral, "PUT", url, first)).json() == became.json()


async def test_a_plan_that_goes_on_has_no_reason_for_ending(referral: World) -> None:
    known = await _known(referral)
    assert known["child_id"]
    plan = {name: value for name, value in PLAN.items() if name != "ends_on"}
    url = "/referral/v1/children/by-reference/county/C1"
    refused = await call(referral, "PUT", url, {**CHILD, "plans": [plan]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/plans/0/cease_reason"

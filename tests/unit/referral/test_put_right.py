"""Whatever is recorded of a case is put right: corrected, withdrawn, and recorded again after that.

Each answers the version of its case, says why in the change log, and is published.
"""

import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from libs.common.persistence import tables
from libs.common.security import Role
from tests.journeys.casework import CHILD, call, opened, who_reviews
from tests.worlds import World

CASE = "/referral/v1/cases/{case}"
Said = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """Something that is recorded of a case: how, how it is put right, and what is shown then."""

    record: tuple[str, str, Said]
    at: str
    correct: Said
    shown: str
    right: Said
    corrected: str
    voided: str
    moved_to: str = ""
    before: tuple[tuple[str, str, Said], ...] = ()
    """What is recorded first."""


REVIEWED = {"held_on": "2019-03-01", "recommendation": "continue", "recommended_on": "2019-03-05"}
DECIDED = {"decision": "continue", "decided_on": "2019-03-10", "reason": "criteria-met"}
PAUSED = {"paused_on": "2018-11-05", "reason": "child-unwell"}
ENDED = {"ended_on": "2019-07-19", "although_named": "amendment-decided"}
REVIEW = ("POST", f"{CASE}/reviews", REVIEWED)

RECORDS = {
    "visits": Record(
        ("PUT", f"{CASE}/visits/2018-10-08", {"planned": 1, "attended": 1}),
        f"{CASE}/visits/2018-10-08",
        {"week_beginning": "2018-10-15", "planned": 2, "attended": 1, "missed": ["child-absent"]},
        f"{CASE}/visits/2018-10-15",
        {"planned": 2, "attended": 1, "missed": ["child-absent"]},
        "VisitsCorrected",
        "VisitsVoided",
        f"{CASE}/visits/2018-10-15",
    ),
    "risk": Record(
        ("POST", f"{CASE}/risk-assessments", {"level": "high", "assessed_on": "2018-11-05"}),
        f"{CASE}/risk-assessments/2018-11-05",
        {"level": "monitor", "drivers": ["suspension"], "assessed_on": "2018-11-06"},
        f"{CASE}/risk-assessments/2018-11-06",
        {"level": "monitor", "drivers": ["suspension"]},
        "RiskCorrected",
        "RiskVoided",
        f"{CASE}/risk-assessments/2018-11-06",
    ),
    "review": Record(
        REVIEW,
        "/referral/v1/reviews/{review}",
        {"held_on": "2019-03-04", "recommendation": "discontinue", "recommended_on": "2019-03-06"},
        "/referral/v1/reviews/{review}",
        {"held_on": "2019-03-04", "recommendation": "discontinue"},
        "ReviewCorrected",
        "ReviewVoided",
    ),
    "decision": Record(
        ("POST", "/referral/v1/reviews/{review}/continuation", DECIDED),
        "/referral/v1/reviews/{review}/continuation",
        {
            "decision": "discontinue",
            "decided_on": "2019-03-11",
            "decision_reason": "criteria-not-met",
        },
        "/referral/v1/reviews/{review}",
        {"decision": "discontinue", "decided_on": "2019-03-11"},
        "ContinuationCorrected",
        "ContinuationVoided",
        before=(REVIEW,),
    ),
    "ending": Record(
        ("POST", f"{CASE}/ending", {"ended_on": "2019-07-19", "reason": "moved-out"}),
        f"{CASE}/ending",
        {"ended_on": "2019-07-12", "end_reason": "left-phase"},
        CASE,
        {"ended_on": "2019-07-12", "end_reason": "left-phase", "state": "ended"},
        "EndingCorrected",
        "EndingVoided",
    ),
    "pause": Record(
        ("POST", f"{CASE}/pause", PAUSED),
        f"{CASE}/pauses/2018-11-05",
        {"paused_on": "2018-11-12", "pause_reason": "child-away"},
        f"{CASE}/pauses",
        {"paused_on": "2018-11-12", "reason": "child-away"},
        "PauseCorrected",
        "PauseVoided",
        f"{CASE}/pauses/2018-11-12",
    ),
    "resumption": Record(
        ("POST", f"{CASE}/resumption", {"resumed_on": "2018-12-03"}),
        f"{CASE}/resumptions/2018-12-03",
        {"resumed_on": "2018-12-10"},
        f"{CASE}/pauses",
        {"resumed_on": "2018-12-10"},
        "ResumptionCorrected",
        "ResumptionVoided",
        f"{CASE}/resumptions/2018-12-10",
        before=(("POST", f"{CASE}/pause", PAUSED),),
    ),
    "allocation": Record(
        ("POST", f"{CASE}/allocations", {"staff_id": "{other}", "allocated_on": "2019-01-07"}),
        f"{CASE}/allocations/2019-01-07",
        {"staff_id": "{third}", "allocated_on": "2019-01-14"},
        f"{CASE}/allocations",
        {"staff_id": "{third}", "from_on": "2019-01-14"},
        "AllocationCorrected",
        "AllocationVoided",
        f"{CASE}/allocations/2019-01-14",
    ),
}


async def _staff(world: World, reference: str) -> str:
    body = {"name": "Testcase Colleague", "post": "specialist-teacher", "fte": "0.80"}
    body |= {"appointed_on": "2015-09-01"}
    url = f"/referral/v1/staff/by-reference/{reference}"
    return str((await call(world, "PUT", url, body)).json()["staff_id"])


@pytest.fixture
async def ids(referral: World) -> dict[str, str]:
    """Return the ids of a case, of its teacher and of two others."""
    known = await opened(referral)
    return {**known, "other": await _staff(referral, "S2"), "third": await _staff(referral, "S3")}


async def _version(world: World, ids: dict[str, str]) -> str:
    return (await call(world, "GET", CASE.format(**ids))).headers["ETag"]


def _filled(said: Said, ids: dict[str, str]) -> Said:
    return {k: v.format(**ids) if isinstance(v, str) else v for k, v in said.items()}


async def _do(
    world: World, ids: dict[str, str], method: str, url: str, said: Said
) -> httpx.Response:
    """Carry a command out with the case's version; a review's as its teacher."""
    reviews = "/reviews" in url and "/continuation" not in url
    who = await who_reviews(world, ids["case"]) if reviews and method != "GET" else world.as_()
    version = {} if method == "PUT" else {"If-Match": await _version(world, ids)}
    url, body = url.format(**ids), _filled(said, ids)
    answer = await call(world, method, url, body, headers=who, **version)
    if answer.is_success and "review_id" in answer.json():
        ids["review"] = answer.json()["review_id"]
    return answer


async def _recorded(world: World, ids: dict[str, str], record: Record) -> None:
    for method, url, said in (*record.before, record.record):
        answer = await _do(world, ids, method, url, said)
        assert answer.is_success, answer.text


async def _shown(world: World, ids: dict[str, str], record: Record) -> Said:
    found = (await call(world, "GET", record.shown.format(**ids))).json()
    return dict(found["items"][-1] if "items" in found else found)


async def _published(world: World) -> list[tuple[str, Said]]:
    query = select(tables.event.c.type, tables.event.c.data).where(tables.PUBLISHED)
    query = query.order_by(tables.event.c.position)
    async with world.database("referral").reading() as connection:
        rows = (await connection.execute(query)).all()
    return [(type_.split(".")[-2], json.loads(data)) for type_, data in rows]


@pytest.mark.parametrize("name", RECORDS)
async def test_what_was_recorded_wrongly_is_corrected(
    referral: World, ids: dict[str, str], name: str
) -> None:
    record = RECORDS[name]
    await _recorded(referral, ids, record)
    said = {**record.correct, "reason": "typing-error", "note": "A made-up note."}
    url = f"{record.at}/corrections"
    bare = await call(referral, "POST", url.format(**ids), _filled(said, ids))
    assert bare.status_code == (403 if name == "review" else 428)
    before = await _version(referral, ids)
    answer = await _do(referral, ids, "POST", url, said)
    assert answer.is_success, answer.text
    assert answer.headers["ETag"] == await _version(referral, ids) != before
    shown = await _shown(referral, ids, record)
    assert {k: shown[k] for k in record.right} == _filled(record.right, ids)
    event, data = (await _published(referral))[-1]
    assert (event, data["reason"]) == (record.corrected, "typing-error")
    assert "note" not in data
    of = ids["review" if name in {"review", "decision"} else "case"]
    who = referral.as_(Role.ADMINISTRATOR)
    log = await call(referral, "GET", f"/referral/v1/change-log?record_id={of}", headers=who)
    why = {(one["reason"], one["note"]) for one in log.json()["items"]}
    assert ("typing-error", "A made-up note.") in why
    stale = {"If-Match": before}
    late = await call(referral, "POST", url.format(**ids), _filled(said, ids), **stale)
    assert late.status_code in {403, 412}


@pytest.mark.parametrize("name", RECORDS)
async def test_what_was_recorded_by_mistake_is_withdrawn_and_recorded_again(
    referral: World, ids: dict[str, str], name: str
) -> None:
    record = RECORDS[name]
    await _recorded(referral, ids, record)
    for _ in range(2):  # nothing is final by accident
        answer = await _do(referral, ids, "POST", f"{record.at}/void", {"reason": "entry-error"})
        assert answer.is_success, answer.text
        event, data = (await _published(referral))[-1]
        assert (event, data["reason"]) == (record.voided, "entry-error")
        again = await _do(referral, ids, "POST", f"{record.at}/void", {"reason": "entry-error"})
        assert again.status_code in {404, 409}
        method, url, said = record.record
        assert (await _do(referral, ids, method, url, said)).is_success


@pytest.mark.parametrize("name", [name for name, one in RECORDS.items() if one.moved_to])
async def test_what_was_moved_stands_on_the_new_day_alone(
    referral: World, ids: dict[str, str], name: str
) -> None:
    record = RECORDS[name]
    await _recorded(referral, ids, record)
    moved = {**record.correct, "reason": "entry-error"}
    assert (await _do(referral, ids, "POST", f"{record.at}/corrections", moved)).is_success
    gone = await _do(referral, ids, "POST", f"{record.at}/void", {"reason": "entry-error"})
    assert gone.status_code == 404
    _, data = (await _published(referral))[-1]
    assert data["formerly_on"] == record.at.rsplit("/", 1)[1]
    published = len(await _published(referral))
    same = await _do(referral, ids, "POST", f"{record.moved_to}/corrections", moved)
    assert (same.status_code, len(await _published(referral))) == (200, published)
    void = await _do(referral, ids, "POST", f"{record.moved_to}/void", {"reason": "entry-error"})
    assert void.is_success, void.text


async def test_a_case_opened_by_mistake_is_withdrawn_if_nothing_stands_on_it(
    referral: World, ids: dict[str, str]
) -> None:
    risk = RECORDS["risk"]
    await _recorded(referral, ids, risk)
    mistake = {"reason": "wrong-child"}
    used = await _do(referral, ids, "POST", f"{CASE}/void", mistake)
    assert (used.status_code, used.json()["code"]) == (409, "case-in-use")
    assert "2018-11-05" in used.json()["errors"][0]["detail"]
    assert (await _do(referral, ids, "POST", f"{risk.at}/void", mistake)).is_success
    gone = await _do(referral, ids, "POST", f"{CASE}/void", mistake)
    assert (gone.status_code, gone.json()["state"]) == (200, "void")
    assert [name for name, _ in await _published(referral)][-2:] == [
        "AllocationVoided",
        "CaseVoided",
    ]
    listed = await call(referral, "GET", "/referral/v1/cases?as_of=2018-10-08")
    assert listed.json()["items"] == []
    late = await _do(referral, ids, *risk.record)
    assert (late.status_code, late.json()["code"]) == (409, "case-void")
    start = {"referral_id": gone.json()["referral_id"], "staff_id": ids["other"]}
    start |= {"started_on": "2018-10-08"}
    again = await call(referral, "POST", "/referral/v1/cases", start)
    assert (again.status_code, again.json()["case_id"]) == (201, ids["case"])
    assert (again.json()["staff_id"], again.json()["state"]) == (ids["other"], "active")


async def test_the_first_day_of_support_takes_the_first_teachers_with_it(
    referral: World, ids: dict[str, str]
) -> None:
    await _recorded(referral, ids, RECORDS["visits"])
    await _recorded(referral, ids, RECORDS["allocation"])
    url, why = f"{CASE}/corrections", {"reason": "entry-error"}
    early = await _do(referral, ids, "POST", url, {"started_on": "2018-09-19", **why})
    assert early.json()["errors"][0]["code"] == "before-decision"
    assert "2018-09-20" in early.json()["errors"][0]["detail"]
    for day, faults in (("2018-10-16", 1), ("2019-01-07", 2), ("2019-01-08", 2)):
        late = await _do(referral, ids, "POST", url, {"started_on": day, **why})
        assert [one["code"] for one in late.json()["errors"]] == ["after-recorded"] * faults
    right = await _do(referral, ids, "POST", url, {"started_on": "2018-10-08", **why})
    assert (right.status_code, right.json()["started_on"]) == (200, "2018-10-08")
    url = f"{CASE}/allocations?include_void=true".format(**ids)
    spans = (await call(referral, "GET", url)).json()["items"]
    assert [(one["from_on"], one["void"]) for one in spans] == [
        ("2018-10-01", True),
        ("2018-10-08", False),
        ("2019-01-07", False),
    ]
    names = [name for name, _ in await _published(referral)]
    assert names[-2:] == ["StartCorrected", "AllocationCorrected"]


async def test_the_first_teacher_is_put_right_and_not_withdrawn(
    referral: World, ids: dict[str, str]
) -> None:
    at, why = f"{CASE}/allocations/2018-10-01", {"reason": "entry-error"}
    void = await _do(referral, ids, "POST", f"{at}/void", why)
    assert (void.status_code, void.json()["code"]) == (409, "first-allocation")
    moved = {"staff_id": ids["other"], "allocated_on": "2018-10-08", **why}
    refused = await _do(referral, ids, "POST", f"{at}/corrections", moved)
    assert [one["code"] for one in refused.json()["errors"]] == ["first-day"]
    right = await _do(
        referral, ids, "POST", f"{at}/corrections", {**moved, "allocated_on": "2018-10-01"}
    )
    assert (right.status_code, right.json()["staff_id"]) == (200, ids["other"])


async def test_an_end_is_not_before_what_is_recorded_unless_that_is_confirmed(
    referral: World, ids: dict[str, str]
) -> None:
    for name in ("visits", "risk", "review", "pause"):
        await _recorded(referral, ids, RECORDS[name])
    ending = {"ended_on": "2018-11-04", "reason": "moved-out"}
    paused = await _do(referral, ids, "POST", f"{CASE}/ending", {**ending, "confirmed": True})
    assert [one["code"] for one in paused.json()["errors"]] == ["before-last-change"]
    ending["ended_on"] = "2018-11-05"
    refused = await _do(referral, ids, "POST", f"{CASE}/ending", ending)
    [fault] = refused.json()["errors"]
    assert (fault["code"], fault["pointer"]) == ("after-the-end", "/ended_on")
    assert "a review on 2019-03-01" in fault["detail"]
    sure = await _do(referral, ids, "POST", f"{CASE}/ending", {**ending, "confirmed": True})
    assert (sure.status_code, sure.json()["ended_on"]) == (200, "2018-11-05")
    right = {"ended_on": "2019-02-28", "end_reason": "moved-out", "reason": "entry-error"}
    url = f"{CASE}/ending/corrections"
    assert (await _do(referral, ids, "POST", url, right)).status_code == 422
    assert (await _do(referral, ids, "POST", url, {**right, "confirmed": True})).is_success


async def test_a_decision_by_which_support_ended_stays_while_it_has_ended_so(
    referral: World, ids: dict[str, str]
) -> None:
    await _recorded(referral, ids, RECORDS["review"])
    at = RECORDS["decision"].at
    ended = {**ENDED, "reason": "criteria-no-longer-met"}
    contrary = {**DECIDED, "decision": "discontinue"}
    refused = await _do(referral, ids, "POST", at, contrary)
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/decision", "/reason"]
    decided = {**contrary, "reason": "criteria-no-longer-met"}
    assert (await _do(referral, ids, "POST", at, decided)).is_success
    changed = {**REVIEWED, "recommendation": "discontinue", "reason": "typing-error"}
    review = RECORDS["review"].at
    told = await _do(referral, ids, "POST", f"{review}/corrections", changed)
    assert (told.status_code, told.json()["code"]) == (409, "review-decided")
    assert (await _do(referral, ids, "POST", f"{CASE}/ending", ended)).is_success
    why = {"reason": "entry-error"}
    for url, said in (
        (f"{at}/void", why),
        (
            f"{at}/corrections",
            {
                **why,
                "decision": "continue",
                "decided_on": "2019-03-10",
                "decision_reason": "criteria-met",
            },
        ),
    ):
        rests = await _do(referral, ids, "POST", url, said)
        assert (rests.status_code, rests.json()["code"]) == (409, "end-rests-on-decision")
    assert (await _do(referral, ids, "POST", f"{CASE}/ending/void", why)).is_success
    assert (await _do(referral, ids, "POST", f"{at}/void", why)).is_success


async def test_a_case_is_shown_as_it_was_held_on_a_day(
    referral: World, ids: dict[str, str]
) -> None:
    """Teacher, team and school of then, alone and on the list; January's case is January's."""
    await _recorded(referral, ids, RECORDS["allocation"])
    moved = {**CHILD, "school_urn": 900002, "effective_on": "2019-02-04"}
    await call(referral, "PUT", "/referral/v1/children/by-reference/county/C1", moved)
    shown = []
    for day in ("2018-10-01", "2019-01-06", "2019-01-07", "2019-02-04"):
        alone = await call(referral, "GET", f"{CASE}?as_of={day}".format(**ids))
        listed = await call(referral, "GET", f"/referral/v1/cases?as_of={day}")
        item = alone.json() | {"etag": alone.headers["ETag"]}
        assert listed.json()["items"] == [item]
        shown.append((alone.json()["staff_id"], alone.json()["school_id"]))
    (first, second), schools = (ids["staff"], ids["other"]), {school for _, school in shown}
    assert [staff for staff, _ in shown] == [first, first, second, second]
    assert (len(schools), shown[2][1] == shown[0][1]) == (2, True)
    why = {"reason": "wrong-child"}
    for url in (f"{RECORDS['allocation'].at}/void", f"{CASE}/void"):
        assert (await _do(referral, ids, "POST", url, why)).is_success
    start = {"referral_id": alone.json()["referral_id"], "staff_id": first}
    await call(referral, "POST", "/referral/v1/cases", start | {"started_on": "2019-01-07"})
    assert (await _published(referral))[-2][1]["school_id"] == shown[0][1]

"""Recording a thing again: the same changes nothing, and nothing else is said to have been done."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from libs.common.core.errors import Conflict, Rejected
from libs.common.core.fields import Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import AlreadyRecorded
from libs.common.persistence.uow import UnitOfWork, Units
from services.referral.cases.commands import StartSupport, start_support
from services.referral.children.commands import RecordChild, record_child
from services.referral.children.domain import PlanClosed
from services.referral.exclusions.commands import RecordExclusion, record_exclusion
from services.referral.referrals.commands import (
    AlreadySubmitted,
    DecideReferral,
    SubmitReferral,
    decide_referral,
    submit_referral,
)
from services.referral.referrals.domain import ReferralDecided
from services.referral.reviews.commands import (
    AlreadyDecided,
    AlreadyReviewed,
    DecideContinuation,
    ReviewPlan,
    decide_continuation,
    review_plan,
)
from services.referral.risk.commands import AlreadyAssessed, AssessRisk, assess_risk
from services.referral.staff.commands import (
    RecordStaffMember,
    RecordTeam,
    record_staff_member,
    record_team,
)
from tests.journeys.casework import CHILD as PUSHED
from tests.unit.referral.made import (
    CASE,
    CHILD,
    OTHER_CHILD,
    OTHER_SCHOOL,
    OTHER_TEACHER,
    REFERRAL,
    REVIEW,
    SCHOOL,
    TEACHER,
    a_case,
    a_child,
    a_review,
    a_school,
    agreed,
    checked,
    keep,
)
from tests.unit.refused import refused
from tests.worlds import request_context

PLAN = {
    "reference": "PL-2",
    "plan_type": "GRIP",
    "names_service": False,
    "starts_on": "2016-01-10",
    "ends_on": "2017-08-31",
    "cease_reason": "replaced",
}
EXCLUSION = {
    "child_id": CHILD,
    "school_id": SCHOOL,
    "category": "PERM",
    "starts_on": "2018-11-05",
    "half_days": 4,
    "upheld_on": "2018-11-20",
    "rescinded_on": "2018-12-20",
    "ground": "overturned",
}
TEAM = {"name": "North", "area": "north", "formed_on": "2015-09-01"}
STAFF = {
    "name": "Testcase Newcomer",
    "post": "specialist-teacher",
    "fte": "0.80",
    "appointed_on": "2015-09-01",
}
REFERRED = {
    "reference": "R9",
    "child_id": CHILD,
    "submitted_on": "2018-09-03",
    "evidence": {"significant_barriers": True, "complex_needs": True},
}
MET = {"met": True, "evidence": ["p-levels"]}
GROUNDS = {"significant_barriers": MET, "complex_needs": MET}
DECISION = {
    "decision": "agree",
    "decided_on": "2018-09-20",
    "reason": "meets-criteria",
    "grounds": GROUNDS,
}
STARTED = {"referral_id": REFERRAL, "staff_id": TEACHER, "started_on": "2018-10-01"}
RISK = {"level": "at-risk", "drivers": ["suspension"], "assessed_on": "2018-11-05"}
REVIEWED = {
    "held_on": "2019-03-04",
    "due_on": "2019-03-08",
    "outcomes": [{"number": 1, "result": "met"}],
    "recommendation": "continue",
    "recommended_on": "2019-03-04",
    "report": "Made up.",
}
CONTINUATION = {"decision": "continue", "decided_on": "2019-03-10", "reason": "criteria-met"}

SECOND = checked(id=UUID(int=21), reference="R2", child_id=OTHER_CHILD)
Recording = Callable[[UnitOfWork, Any], Awaitable[tuple[object, CommandOutcome]]]
THINGS: dict[str, tuple[type[Strict], Recording, dict[str, Any], type[Conflict]]] = {
    "exclusion": (
        RecordExclusion,
        lambda uow, said: record_exclusion(uow, "E1", said),
        EXCLUSION,
        AlreadyRecorded,
    ),
    "team": (RecordTeam, lambda uow, said: record_team(uow, "T1", said), TEAM, AlreadyRecorded),
    "staff": (
        RecordStaffMember,
        lambda uow, said: record_staff_member(uow, "S9", said),
        STAFF,
        AlreadyRecorded,
    ),
    "child": (
        RecordChild,
        lambda uow, said: record_child(uow, "county", "C1", said),
        {**PUSHED, "plans": [PLAN]},
        PlanClosed,
    ),
    "referral": (SubmitReferral, submit_referral, REFERRED, AlreadySubmitted),
    "decision": (
        DecideReferral,
        lambda uow, said: decide_referral(uow, SECOND.id, said),
        DECISION,
        ReferralDecided,
    ),
    "case": (StartSupport, start_support, STARTED, AlreadyRecorded),
    "risk": (AssessRisk, lambda uow, said: assess_risk(uow, CASE, said), RISK, AlreadyAssessed),
    "review": (
        ReviewPlan,
        lambda uow, said: review_plan(uow, CASE, said),
        REVIEWED,
        AlreadyReviewed,
    ),
    "continuation": (
        DecideContinuation,
        lambda uow, said: decide_continuation(uow, REVIEW, said),
        CONTINUATION,
        AlreadyDecided,
    ),
}

DIFFERENT: list[tuple[str, dict[str, Any], list[str]]] = [
    ("exclusion", {"child_id": OTHER_CHILD}, ["/child_id"]),
    ("exclusion", {"school_id": OTHER_SCHOOL}, ["/school_id"]),
    ("exclusion", {"category": "SUSP", "upheld_on": None}, ["/category"]),
    ("exclusion", {"starts_on": "2018-11-06"}, ["/starts_on"]),
    ("exclusion", {"half_days": 6}, ["/half_days"]),
    ("exclusion", {"upheld_on": "2018-11-21"}, ["/upheld_on"]),
    (
        "exclusion",
        {"rescinded_on": "2018-12-21", "ground": "withdrawn"},
        ["/rescinded_on", "/ground"],
    ),
    ("team", {"area": "south"}, ["/area"]),
    ("team", {"formed_on": "2016-09-01"}, ["/formed_on"]),
    ("staff", {"post": "area-manager"}, ["/post"]),
    ("staff", {"appointed_on": "2016-09-01"}, ["/appointed_on"]),
    ("child", {"plans": [{**PLAN, "cease_reason": "moved-away"}]}, ["/plans/0/cease_reason"]),
    ("child", {"plans": [{**PLAN, "ends_on": "2017-07-31"}]}, ["/plans/0/ends_on"]),
    ("referral", {"evidence": {"delay_months": 18}}, ["/evidence"]),
    ("referral", {"submitted_on": "2018-09-04"}, ["/submitted_on"]),
    ("decision", {"decision": "refuse"}, ["/decision"]),
    ("decision", {"decided_on": "2018-09-21"}, ["/decided_on"]),
    ("decision", {"reason": "exceptional-case"}, ["/reason"]),
    ("case", {"started_on": "2018-10-02"}, ["/started_on"]),
    ("case", {"staff_id": OTHER_TEACHER}, ["/staff_id"]),
    ("risk", {"level": "none"}, ["/level"]),
    ("risk", {"drivers": ["semh-need"]}, ["/drivers"]),
    ("review", {"due_on": "2019-03-09"}, ["/due_on"]),
    ("review", {"due_on": None}, ["/due_on"]),
    ("review", {"outcomes": [{"number": 1, "result": "not-met"}]}, ["/outcomes"]),
    ("review", {"recommendation": "discontinue"}, ["/recommendation"]),
    ("review", {"recommended_on": "2019-03-05"}, ["/recommended_on"]),
    ("review", {"report": "Made up differently."}, ["/report"]),
    ("review", {"report": None}, ["/report"]),
    ("continuation", {"decision": "discontinue"}, ["/decision"]),
    ("continuation", {"decided_on": "2019-03-11"}, ["/decided_on"]),
    ("continuation", {"reason": "parents-agree"}, ["/reason"]),
]


@pytest.fixture
async def known(units: Units) -> Units:
    """Return units of work on a child's whole way to a review, and on another child."""
    others = a_school(id=OTHER_SCHOOL, urn=900002), a_child(id=OTHER_CHILD, reference="C2")
    await keep(units, *others, agreed(), SECOND, a_case(), a_review())
    return units


async def _record(units: Units, thing: str, **other: Any) -> CommandOutcome:
    """Record a thing in a unit of work of its own; one that changes nothing publishes nothing."""
    command, record, said, _ = THINGS[thing]
    async with units.work(request_context()) as uow:
        _, done = await record(uow, command.model_validate({**said, **other}))
        assert (done.outcome == "unchanged") == (uow.emitted == 0)
    return done


@pytest.mark.parametrize(
    ("thing", "change", "places"),
    DIFFERENT,
    ids=[f"{thing}-{' '.join(places)[1:]}" for thing, _, places in DIFFERENT],
)
async def test_what_cannot_be_corrected_by_recording_it_again_is_refused_by_name(
    known: Units, thing: str, change: dict[str, Any], places: list[str]
) -> None:
    recorded = await _record(known, thing)
    with refused(THINGS[thing][-1], *places):
        await _record(known, thing, **change)
    assert await _record(known, thing) == CommandOutcome("unchanged", recorded.id)


def test_every_field_of_a_review_and_a_decision_has_its_row() -> None:
    """The day it was held is a review's natural key: on another day it is another review."""
    tried = {(thing, name) for thing, change, _ in DIFFERENT for name in change}
    for thing, command in (("review", ReviewPlan), ("continuation", DecideContinuation)):
        fields = {name for of, name in tried if of == thing}
        assert fields == {*command.model_fields} - {"held_on"}


async def test_what_became_of_an_exclusion_may_be_said_later_and_once(known: Units) -> None:
    nothing = {"upheld_on": None, "rescinded_on": None, "ground": None}
    said = [
        (await _record(known, "exclusion", **other)).outcome for other in (nothing, {}, {}, nothing)
    ]
    assert said == ["created", "updated", "unchanged", "updated"]


async def test_a_plan_that_goes_on_has_no_reason_for_ending(known: Units) -> None:
    with refused(Rejected, "/plans/0/cease_reason"):
        await _record(known, "child", plans=[{**PLAN, "ends_on": None}])

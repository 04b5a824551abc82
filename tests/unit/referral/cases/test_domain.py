"""A case: what it takes on which days, before it starts, while it runs and after it has ended."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from libs.common.contracts.referral import (
    ContinuationDecided,
    OutcomeCounts,
    PlanReviewed,
    RiskAssessed,
    SupportEnded,
    SupportPaused,
    SupportResumed,
    SupportStarted,
    TeacherAllocated,
    VisitsRecorded,
)
from libs.common.core.errors import Rejected
from services.referral.cases.domain import Case, CaseClosed, CaseNotPaused, CasePaused
from tests.unit.referral.made import (
    CASE,
    CHILD,
    OTHER_TEACHER,
    PLAN,
    REFERRAL,
    REVIEW,
    SCHOOL,
    START,
    TEACHER,
    TEAM,
    a_case,
    a_review,
    a_week,
)
from tests.unit.refused import refused

COUNTS = OutcomeCounts(met=1, partly_met=0, not_met=0, not_applicable=0)
DAY = timedelta(days=1)
LAST = date(2019, 7, 17)  # a Wednesday
PAUSED = date(2018, 11, 5)
RESUMED = date(2018, 12, 3)

Verb = Callable[[Case, date], object]
CHANGES: dict[str, Verb] = {
    "/allocated_on": lambda case, on: case.allocate(OTHER_TEACHER, None, on),
    "/paused_on": lambda case, on: case.pause(on, "child-unwell"),
    "/resumed_on": lambda case, on: case.resume(on),
    "/ended_on": lambda case, on: case.end(on, "moved-out"),
}
"""What changes the case itself, by the pointer of its day: none of it once the case has ended."""
RECORDS: dict[str, Verb] = {
    "/held_on": lambda case, on: case.review(
        a_review(held_on=on, recommended_on=date(2019, 7, 20)), COUNTS
    ),
    "/assessed_on": lambda case, on: case.assess_risk("high", (), on),
}
"""What took place on a day and may be recorded later."""


def ended() -> Case:
    return a_case(ended_on=LAST, end_reason="moved-out")


def test_support_starts_with_what_was_agreed() -> None:
    assert a_case().start() == SupportStarted(
        case_id=CASE,
        child_id=CHILD,
        referral_id=REFERRAL,
        school_id=SCHOOL,
        plan_id=PLAN,
        plan_type="EHC",
        started_on=START,
    )


def test_a_case_goes_to_another_teacher() -> None:
    case, on = a_case(), date(2019, 1, 7)
    assert case.allocate(OTHER_TEACHER, TEAM, on) == TeacherAllocated(
        case_id=CASE, child_id=CHILD, staff_id=OTHER_TEACHER, team_id=TEAM, allocated_on=on
    )
    assert (case.staff_id, case.team_id, case.allocated_on) == (OTHER_TEACHER, TEAM, on)


@pytest.mark.parametrize("pointer", [*CHANGES, *RECORDS])
def test_nothing_is_of_a_day_before_support_starts(pointer: str) -> None:
    case = a_case(paused_on=START) if pointer == "/resumed_on" else a_case()
    verb = (CHANGES | RECORDS)[pointer]
    with refused(Rejected, pointer):
        verb(case, START - DAY)
    verb(case, START)


@pytest.mark.parametrize("pointer", CHANGES)
def test_a_case_that_has_ended_does_not_change(pointer: str) -> None:
    with refused(CaseClosed):
        CHANGES[pointer](ended(), LAST)


@pytest.mark.parametrize("pointer", RECORDS)
def test_what_took_place_up_to_the_last_day_is_recorded_after_it(pointer: str) -> None:
    RECORDS[pointer](ended(), LAST)
    with refused(CaseClosed):
        RECORDS[pointer](ended(), LAST + DAY)
    with refused(Rejected, pointer):
        RECORDS[pointer](ended(), START - DAY)


@pytest.mark.parametrize("case", [a_case(), ended()], ids=["open", "ended"])
def test_the_visits_of_a_week_that_has_a_day_of_support_are_recorded(case: Case) -> None:
    with refused(Rejected, "/week_beginning"):
        case.record_visits(a_week(date(2018, 9, 24)))
    for monday in (date(2018, 10, 1), date(2019, 7, 15)):
        assert case.record_visits(a_week(monday)).week_beginning == monday
    after = a_week(date(2019, 7, 22))
    if case.ended_on is None:
        assert case.record_visits(after)
    else:
        with refused(CaseClosed):
            case.record_visits(after)


def test_a_week_that_began_before_support_did_counts_by_its_last_day() -> None:
    case = a_case(started_on=date(2018, 10, 7))  # a Sunday
    assert case.record_visits(a_week(date(2018, 10, 1)))


def test_a_week_says_who_taught_and_why_visits_were_missed() -> None:
    monday = date(2018, 10, 8)
    assert a_case().record_visits(a_week(monday, 3, 1, "child-absent", "school-closed")) == (
        VisitsRecorded(
            case_id=CASE,
            child_id=CHILD,
            staff_id=TEACHER,
            week_beginning=monday,
            planned=3,
            attended=1,
            missed=("child-absent", "school-closed"),
        )
    )


def test_risk_is_judged_with_what_drives_it() -> None:
    assert a_case().assess_risk("high", ("suspension",), LAST) == RiskAssessed(
        case_id=CASE, child_id=CHILD, assessed_on=LAST, level="high", drivers=("suspension",)
    )


def test_teaching_stops_for_a_while_and_begins_again() -> None:
    case = a_case()
    assert case.pause(PAUSED, "child-unwell") == SupportPaused(
        case_id=CASE, child_id=CHILD, paused_on=PAUSED, reason="child-unwell"
    )
    assert (case.state, case.paused_on) == ("paused", PAUSED)
    assert case.resume(RESUMED) == SupportResumed(case_id=CASE, child_id=CHILD, resumed_on=RESUMED)
    assert (case.state, case.paused_on, case.resumed_on) == ("active", None, RESUMED)


def test_a_case_is_not_paused_twice_nor_resumed_while_it_runs() -> None:
    with refused(CasePaused):
        a_case(paused_on=PAUSED).pause(RESUMED, "child-unwell")
    with refused(CaseNotPaused):
        a_case().resume(RESUMED)
    with refused(CaseNotPaused):
        a_case(resumed_on=RESUMED).resume(RESUMED)


def test_pauses_follow_one_another_and_the_end_follows_them() -> None:
    paused = a_case(paused_on=PAUSED)
    for pointer in ("/resumed_on", "/ended_on"):
        with refused(Rejected, pointer):
            CHANGES[pointer](paused, PAUSED - DAY)
    assert paused.resume(PAUSED)
    resumed = a_case(resumed_on=RESUMED)
    for pointer in ("/paused_on", "/ended_on"):
        with refused(Rejected, pointer):
            CHANGES[pointer](resumed, RESUMED - DAY)
    assert resumed.pause(RESUMED, "child-unwell")
    assert resumed.end(RESUMED, "moved-out")


@pytest.mark.parametrize("case", [a_case(), a_case(paused_on=PAUSED)], ids=["active", "paused"])
def test_support_ends_on_its_last_day_for_a_reason(case: Case) -> None:
    assert case.end(LAST, "moved-out") == SupportEnded(
        case_id=CASE, child_id=CHILD, ended_on=LAST, reason="moved-out"
    )
    assert (case.state, case.ended_on, case.end_reason) == ("ended", LAST, "moved-out")


@pytest.mark.parametrize(
    ("case", "state", "allowed"),
    [
        (a_case(), "active", {"allocate", "pause", "end"}),
        (a_case(paused_on=PAUSED), "paused", {"allocate", "resume", "end"}),
        (ended(), "ended", set()),
    ],
    ids=["active", "paused", "ended"],
)
def test_a_case_says_what_may_be_done_with_it(case: Case, state: str, allowed: set[str]) -> None:
    """What took place may be recorded in any state."""
    assert case.state == state
    assert set(case.allowed) == allowed | {"record-visits", "review", "assess-risk"}


def test_a_review_tells_of_the_plan_and_of_what_the_teacher_recommends() -> None:
    review = a_review(recommendation="discontinue", due_on=date(2019, 3, 8))
    assert a_case().review(review, COUNTS) == PlanReviewed(
        case_id=CASE,
        child_id=CHILD,
        review_id=REVIEW,
        plan_id=PLAN,
        plan_type="EHC",
        due_on=date(2019, 3, 8),
        held_on=date(2019, 3, 1),
        outcomes=COUNTS,
        recommendation="discontinue",
        recommended_by=TEACHER,
    )


def test_nothing_is_recommended_before_the_review_was_held() -> None:
    held = date(2019, 3, 1)
    with refused(Rejected, "/recommended_on"):
        a_case().review(a_review(held_on=held, recommended_on=held - DAY), COUNTS)
    assert a_case().review(a_review(held_on=held, recommended_on=held), COUNTS)


def test_nothing_is_decided_before_it_was_recommended() -> None:
    review = a_review(recommended_on=date(2019, 3, 5))
    for early in (date(2019, 2, 28), date(2019, 3, 4)):
        with refused(Rejected, "/decided_on"):
            a_case().decide_continuation(review, "continue", early, "criteria-met")
        assert (review.decision, review.decided_on) == (None, None)
    assert a_case().decide_continuation(review, "continue", date(2019, 3, 5), "criteria-met")


@pytest.mark.parametrize(("decision", "differs"), [("continue", False), ("discontinue", True)])
def test_a_decision_says_whether_it_differs_from_the_recommendation(
    decision: str, differs: bool
) -> None:
    """Also of a case that has ended since (domain brief 1.2, R7 and R8)."""
    review, on = a_review(recommendation="continue"), date(2019, 8, 1)
    event = ended().decide_continuation(review, decision, on, "parents-agree")  # type: ignore[arg-type]  # one of both
    assert event == ContinuationDecided(
        case_id=CASE,
        child_id=CHILD,
        review_id=REVIEW,
        decision=decision,  # type: ignore[arg-type]  # one of both
        differs_from_recommendation=differs,
        reason="parents-agree",
        decided_on=on,
    )
    kept = (review.decision, review.decided_on, review.decision_reason)
    assert kept == (decision, on, "parents-agree")

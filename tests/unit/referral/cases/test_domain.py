"""A case: what it takes on which days, before it starts, while it runs and after it has ended."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, timedelta
from uuid import UUID

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
from libs.common.core.errors import DomainError, Rejected
from services.referral.cases.domain import (
    Case,
    CaseClosed,
    CaseNotPaused,
    CasePaused,
    CaseVoid,
    Pause,
    check_pause,
    holder_on,
    pause_to_end,
)
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
    a_holder,
    a_pause,
    a_review,
    a_week,
    holder_of,
)
from tests.unit.refused import refused

COUNTS = OutcomeCounts(met=1, partly_met=0, not_met=0, not_applicable=0)
DAY = timedelta(days=1)
LAST = date(2019, 7, 17)  # a Wednesday
PAUSED = date(2018, 11, 5)
RESUMED = date(2018, 12, 3)

Verb = Callable[[Case, date], object]
RECORDS: dict[str, Verb] = {
    "/allocated_on": lambda case, on: case.allocate(a_holder(on)),
    "/paused_on": lambda case, on: case.pause(a_pause(on)),
    "/resumed_on": lambda case, on: case.resume(on),
    "/held_on": lambda case, on: case.review(
        a_review(held_on=on, recommended_on=date(2019, 7, 20))
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
    later = a_holder(on, team_id=TEAM)
    assert case.allocate(later) == TeacherAllocated(
        case_id=CASE, child_id=CHILD, staff_id=OTHER_TEACHER, team_id=TEAM, allocated_on=on
    )
    for spans in ([holder_of(case), later], [later, holder_of(a_case())]):
        case.follow(spans)
        assert (case.staff_id, case.team_id, case.allocated_on) == (OTHER_TEACHER, TEAM, on)


@pytest.mark.parametrize(
    ("day", "teacher"),
    [
        (START - DAY, TEACHER),
        (START, TEACHER),
        (date(2019, 1, 6), TEACHER),
        (date(2019, 1, 7), OTHER_TEACHER),
        (date(2019, 9, 1), OTHER_TEACHER),
    ],
)
def test_who_leads_on_a_day_took_over_last_by_then(day: date, teacher: UUID) -> None:
    spans = [a_holder(date(2019, 1, 7)), holder_of(a_case())]
    withdrawn = a_holder(date(2018, 12, 1), void=True)
    assert holder_on([withdrawn, *spans], day).staff_id == teacher


def test_an_end_is_of_a_day_of_support() -> None:
    with refused(Rejected, "/ended_on"):
        a_case().end(START - DAY, "moved-out")
    assert a_case().end(START, "moved-out")


@pytest.mark.parametrize("pointer", RECORDS)
def test_a_case_that_was_withdrawn_takes_nothing(pointer: str) -> None:
    case = a_case()
    assert case.withdraw("entry-error").reason == "entry-error"
    with refused(CaseVoid):
        RECORDS[pointer](case, LAST)
    assert (case.state, case.allowed) == ("void", ())


@pytest.mark.parametrize("pointer", RECORDS)
def test_nothing_is_of_a_day_before_support_starts(pointer: str) -> None:
    with refused(Rejected, pointer):
        RECORDS[pointer](a_case(), START - DAY)
    RECORDS[pointer](a_case(), START)


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
        case.record_visits(a_week(date(2018, 9, 24)), TEACHER)
    for monday in (date(2018, 10, 1), date(2019, 7, 15)):
        assert case.record_visits(a_week(monday), TEACHER).week_beginning == monday
    after = a_week(date(2019, 7, 22))
    if case.ended_on is None:
        assert case.record_visits(after, TEACHER)
    else:
        with refused(CaseClosed):
            case.record_visits(after, TEACHER)


def test_a_week_that_began_before_support_did_counts_by_its_last_day() -> None:
    case = a_case(started_on=date(2018, 10, 7))  # a Sunday
    assert case.record_visits(a_week(date(2018, 10, 1)), TEACHER)


def test_a_week_says_who_taught_and_why_visits_were_missed() -> None:
    monday = date(2018, 10, 8)
    week = a_week(monday, 3, 1, "child-absent", "school-closed")
    assert a_case().record_visits(week, TEACHER) == (
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
    case, pause = a_case(), a_pause(PAUSED)
    assert case.pause(pause) == SupportPaused(
        case_id=CASE, child_id=CHILD, paused_on=PAUSED, reason="child-unwell"
    )
    case.follow(pauses=[pause])
    assert (case.state, case.paused_on) == ("paused", PAUSED)
    assert case.resume(RESUMED) == SupportResumed(case_id=CASE, child_id=CHILD, resumed_on=RESUMED)
    assert pause_to_end([pause], RESUMED) is pause
    pause.resumed_on = RESUMED
    case.follow(pauses=[pause])
    assert (case.state, case.paused_on) == ("active", None)


EARLIER = a_pause(PAUSED, resumed_on=RESUMED)
OPEN = a_pause(date(2019, 5, 6))


@pytest.mark.parametrize(
    ("pauses", "paused", "resumed", "refusal"),
    [
        ([], PAUSED, None, None),
        ([EARLIER], PAUSED, None, CasePaused),
        ([EARLIER], RESUMED - DAY, None, CasePaused),
        ([EARLIER], RESUMED, None, None),
        ([EARLIER], PAUSED - DAY, None, None),
        ([EARLIER], PAUSED - DAY, PAUSED, None),
        ([EARLIER], PAUSED - DAY, RESUMED, Rejected),
        ([EARLIER], RESUMED, RESUMED - DAY, Rejected),
        ([OPEN], PAUSED, RESUMED, None),
        ([OPEN], PAUSED, None, None),
        ([OPEN], OPEN.paused_on, None, CasePaused),
        ([a_pause(PAUSED, void=True)], PAUSED, None, None),
    ],
)
def test_no_two_pauses_are_of_one_day(
    pauses: list[Pause], paused: date, resumed: date | None, refusal: type[DomainError] | None
) -> None:
    at = ["/resumed_on"] if refusal is Rejected else []
    with refused(refusal, *at) if refusal else nullcontext():
        check_pause(pauses, paused, resumed)


def test_support_resumes_from_the_last_pause_that_had_begun() -> None:
    first, later = a_pause(PAUSED), a_pause(OPEN.paused_on)
    for pauses in ([], [EARLIER]):
        with refused(CaseNotPaused):
            pause_to_end(pauses, RESUMED)
    with refused(Rejected, "/resumed_on"):
        pause_to_end([first], PAUSED - DAY)
    assert pause_to_end([later, first], RESUMED) is first
    assert pause_to_end([later, first], later.paused_on) is later
    with refused(Rejected, "/resumed_on"):
        pause_to_end([first, a_pause(RESUMED, resumed_on=LAST)], LAST)


@pytest.mark.parametrize("case", [a_case(), a_case(paused_on=PAUSED)], ids=["active", "paused"])
def test_support_ends_on_its_last_day_for_a_reason(case: Case) -> None:
    assert case.end(LAST, "moved-out") == SupportEnded(
        case_id=CASE, child_id=CHILD, ended_on=LAST, reason="moved-out"
    )
    assert (case.state, case.ended_on, case.end_reason) == ("ended", LAST, "moved-out")


@pytest.mark.parametrize(
    ("case", "state", "allowed"),
    [
        (a_case(), "active", {"end"}),
        (a_case(paused_on=PAUSED), "paused", {"end", "resume"}),
        (ended(), "ended", set()),
    ],
    ids=["active", "paused", "ended"],
)
def test_a_case_says_what_may_be_done_with_it(case: Case, state: str, allowed: set[str]) -> None:
    """What took place while it was open may be recorded in any of these states."""
    assert case.state == state
    always = {"allocate", "pause", "record-visits", "review", "assess-risk"}
    assert set(case.allowed) == allowed | always
    for step in ("end", "resume", *always):
        if step in case.allowed:
            case.check(step)
        else:
            with refused(CaseClosed if step == "end" else CaseNotPaused):
                case.check(step)


def test_a_review_tells_of_the_plan_and_of_what_the_teacher_recommends() -> None:
    outcomes = [{"number": 1, "result": "met"}]
    review = a_review(recommendation="discontinue", due_on=date(2019, 3, 8), outcomes=outcomes)
    assert a_case().review(review) == PlanReviewed(
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
        a_case().review(a_review(held_on=held, recommended_on=held - DAY))
    assert a_case().review(a_review(held_on=held, recommended_on=held))


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

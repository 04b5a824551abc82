"""All that is wrong with a command's values is told at once, whichever rules they break."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from libs.common.core.errors import (
    Conflict,
    Faults,
    NotFound,
    Rejected,
    Unavailable,
    ValidationError,
)
from libs.common.persistence.uow import ANY_VERSION, UnitOfWork, Units
from services.referral.cases.commands import (
    AllocateColleague,
    AllocateTeacher,
    CorrectStart,
    EndSupport,
    PauseSupport,
    allocate_colleague,
    allocate_teacher,
    correct_start,
    end_support,
    pause_support,
)
from services.referral.children.commands import RecordChild, record_child
from services.referral.children.corrections import CorrectMove, correct_move
from services.referral.exclusions.commands import RecordExclusion, record_exclusion
from services.referral.referrals.commands import SubmitReferral, submit_referral
from services.referral.reviews.commands import ReviewPlan, review_plan
from services.referral.staff.commands import (
    RecordStaffMember,
    RecordTeam,
    record_staff_member,
    record_team,
)
from services.referral.visits.commands import RecordVisits, record_visits
from tests.unit.referral.made import CASE, CHILD, SCHOOL, TEACHER, a_case, a_team, agreed, keep
from tests.worlds import request_context

EARLY, MONDAY, AHEAD = date(2014, 1, 3), date(2018, 9, 3), date(2090, 1, 7)
Wrong = Callable[[UnitOfWork], Awaitable[Any]]


def _plan(**said: Any) -> dict[str, Any]:
    return {"reference": "PL-9", "starts_on": "2018-05-01", **said}


COMMANDS: dict[str, tuple[Wrong, set[str]]] = {
    "record_child": (
        lambda uow: record_child(
            uow,
            "county",
            "C1",
            RecordChild.model_validate(
                {
                    "effective_on": "2089-01-01",
                    "school_urn": 999999,
                    "plans": [_plan(), _plan(reference="PL-8", cease_reason="other")],
                }
            ),
        ),
        {
            "in-the-future /effective_on",
            "unknown-school /school_urn",
            "missing /plans/0/plan_type",
            "missing /plans/0/names_service",
            "missing /plans/1/plan_type",
            "missing /plans/1/names_service",
            "go-together /plans/1/cease_reason",
        },
    ),
    "correct_move": (
        lambda uow: correct_move(
            uow,
            CHILD,
            CorrectMove(school_urn=999999, formerly_on=EARLY, moved_on=AHEAD, reason="entry-error"),
            ANY_VERSION,
        ),
        {
            "in-the-future /moved_on",
            "unknown-school /school_urn",
            "nothing-told /formerly_on",
        },
    ),
    "record_staff_member": (
        lambda uow: record_staff_member(
            uow, "S9", RecordStaffMember(team_code="T9", appointed_on=MONDAY, left_on=EARLY)
        ),
        {
            "unknown-team /team_code",
            "missing /name",
            "missing /post",
            "missing /fte",
            "before-appointed /left_on",
        },
    ),
    "record_team": (
        lambda uow: record_team(
            uow, "T1", RecordTeam(area="south", effective_on=EARLY, disbanded_on=EARLY)
        ),
        {"before-formed /disbanded_on", "not-at-work /effective_on"},
    ),
    "submit_referral": (
        lambda uow: submit_referral(
            uow,
            SubmitReferral.model_validate(
                {
                    "reference": "R8",
                    "child_id": CHILD,
                    "submitted_on": "1980-01-01",
                    "evidence": {},
                }
            ),
        ),
        {"too-early /submitted_on", "before-birth /submitted_on"},
    ),
    "allocate_teacher": (
        lambda uow: allocate_teacher(
            uow, CASE, AllocateTeacher(staff_id=TEACHER, allocated_on=EARLY)
        ),
        {"not-in-post /staff_id", "before-start /allocated_on"},
    ),
    "allocate_colleague": (
        lambda uow: allocate_colleague(
            uow,
            CASE,
            AllocateColleague(staff_id=TEACHER, from_on=EARLY, until_on=date(2013, 1, 1)),
        ),
        {"before-start /from_on", "not-in-post /staff_id", "before-first /until_on"},
    ),
    "correct_start": (
        lambda uow: correct_start(
            uow, CASE, CorrectStart(started_on=EARLY, reason="entry-error"), ANY_VERSION
        ),
        {"before-decision /started_on", "not-in-post /staff_id", "no-plan /started_on"},
    ),
    "end_support": (
        lambda uow: end_support(uow, CASE, EndSupport(ended_on=EARLY, reason="moved-out")),
        {"before-start /ended_on"},
    ),
    "pause_support": (
        lambda uow: pause_support(
            uow,
            CASE,
            PauseSupport(paused_on=EARLY, reason="child-unwell", resumed_on=date(2014, 1, 1)),
        ),
        {"before-start /paused_on", "before-start /resumed_on", "before-last-change /resumed_on"},
    ),
    "record_visits": (
        lambda uow: record_visits(
            uow, CASE, date(2018, 9, 4), RecordVisits(planned=3, attended=1, missed=())
        ),
        {
            "not-a-monday /week_beginning",
            "does-not-add-up /planned",
            "before-start /week_beginning",
        },
    ),
    "review_plan": (
        lambda uow: review_plan(
            uow,
            CASE,
            ReviewPlan(
                held_on=date(2018, 9, 9),
                due_on=AHEAD,
                recommendation="continue",
                recommended_on=date(2018, 9, 8),
            ),
        ),
        {"too-far-ahead /due_on", "before-start /held_on", "before-review /recommended_on"},
    ),
    "record_exclusion": (
        lambda uow: record_exclusion(
            uow,
            "E9",
            RecordExclusion(
                child_id=CHILD,
                school_id=SCHOOL,
                category="PERM",
                starts_on=AHEAD,
                half_days=4,
                upheld_on=EARLY,
            ),
        ),
        {"in-the-future /starts_on", "before-start /upheld_on"},
    ),
}


async def test_all_faults_of_meaning_are_told_at_once(units: Units) -> None:
    """Each command has several rules broken at once, and nothing of it is kept."""
    await keep(units, agreed(), a_case(), a_team())
    told: dict[str, set[str]] = {}
    for name, (wrong, _) in COMMANDS.items():
        with pytest.raises(Rejected) as refusal:
            async with units.work(request_context()) as uow:
                await wrong(uow)
        told[name] = {f"{one.code} {one.pointer}" for one in refusal.value.errors}
    assert told == {name: faults for name, (_, faults) in COMMANDS.items()}


def _fault(pointer: str) -> ValidationError:
    return ValidationError("wrong", "is wrong", pointer)


def _raise(faults: Faults, *met: Exception) -> None:
    """Meet one after another, each in a check of its own, and the last outside any."""
    with faults.together():
        for one in met[:-1]:
            with faults:
                raise one
        raise met[-1]


A, B = Rejected(errors=[_fault("/a")]), Rejected(errors=[_fault("/a"), _fault("/b")])


@pytest.mark.parametrize(
    ("met", "told", "places"),
    [
        ([A, Conflict(), B], Rejected, ["/a", "/b"]),
        ([A, B, Conflict()], Rejected, ["/a", "/b"]),
        ([Conflict()], Conflict, []),
        ([A, Conflict(), NotFound()], Rejected, ["/a"]),
        ([NotFound()], NotFound, []),
        ([A, Unavailable()], Unavailable, []),
        ([A, OverflowError()], Rejected, ["/a"]),
        ([OverflowError()], OverflowError, None),
    ],
)
def test_values_are_told_before_a_conflict_and_before_what_is_not_there(
    met: list[Exception], told: type[Exception], places: list[str] | None
) -> None:
    """What will never be accepted is mended first.

    A day that cannot be may break what reckons with it: then it fails by the day.
    """
    faults = Faults()
    with pytest.raises(told) as refusal:
        _raise(faults, *met)
    said = getattr(refusal.value, "errors", None)
    assert (None if said is None else [one.pointer for one in said]) == places

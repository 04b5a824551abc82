"""What is put right of a case is counted as it is now: each fact follows its corrections."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Table, select

from libs.common.contracts import REGISTRY, Event, referral
from services.reporting import facts
from tests.spec import events as draw
from tests.spec import holders
from tests.spec.conftest import ReadModel
from tests.spec.drawing import day, drawn, named

NAMED: dict[str, Any] = {"case_id": named("case ann"), "child_id": named("ann")}
REVIEW: dict[str, Any] = {
    "review_id": named("review"),
    "plan_id": named("plan"),
    "plan_type": "EHC",
    "due_on": None,
}
OUTCOMES = referral.OutcomeCounts(met=1, partly_met=0, not_met=0, not_applicable=0)
NO_OUTCOMES = referral.OutcomeCounts(met=0, partly_met=0, not_met=2, not_applicable=0)
WRONG: dict[str, Any] = {"reason": "typing-error"}
MISTAKEN: dict[str, Any] = {"reason": "entry-error"}


def visits(week: str, attended: int, **more: Any) -> dict[str, Any]:
    """Return a school week's visits, of which so many were made."""
    said = {"week_beginning": day(week), "planned": 2, "attended": attended, "missed": ()}
    return {**NAMED, "staff_id": named("Ash"), **said, **more}


def reviewed(held: str, outcomes: referral.OutcomeCounts, recommends: str) -> dict[str, Any]:
    """Return what a review found."""
    said = {"held_on": day(held), "outcomes": outcomes, "recommendation": recommends}
    return {**NAMED, **REVIEW, **said, "recommended_by": named("Ash")}


def decided(decision: str, on: str, **more: Any) -> dict[str, Any]:
    """Return what was decided after the review."""
    said = {"decision": decision, "differs_from_recommendation": False, "decided_on": day(on)}
    return {**NAMED, "review_id": named("review"), **said, **more}


def risk(on: str, level: str, **more: Any) -> dict[str, Any]:
    """Return a level of risk."""
    return {**NAMED, "assessed_on": day(on), "level": level, "drivers": ("suspension",), **more}


def allocated(teacher: str, on: str, **more: Any) -> dict[str, Any]:
    """Return who took the case over."""
    return {**NAMED, "staff_id": named(teacher), "team_id": None, "allocated_on": day(on), **more}


def started(on: str, **more: Any) -> dict[str, Any]:
    """Return on which day support started."""
    place = {"school_id": named("school"), "plan_id": named("plan"), "plan_type": "EHC"}
    return {**NAMED, **place, "started_on": day(on), **more}


START = referral.SupportStarted(**started("2018-09-03"), referral_id=named("referral"))
END: dict[str, Any] = {**NAMED, "ended_on": day("2019-05-01")}
ENDED = referral.SupportEnded(**END, reason="left-phase")
BESIDE: dict[str, Any] = {"staff_id": named("Elm"), "from_on": day("2018-10-01")}

# The fact; what was recorded and put right; the columns shown, and the rows that stand then.
FOLLOWS: list[tuple[Table, Sequence[Event], str]] = [
    (
        facts.case,
        [
            START,
            referral.StartCorrected(
                **started("2018-09-10"), formerly_on=day("2018-09-03"), **WRONG
            ),
        ],
        "started_on | ended_on\n2018-09-10 | None",
    ),
    (facts.case, [START, referral.CaseVoided(**NAMED, **MISTAKEN)], "started_on"),
    (
        facts.case,
        [START, referral.CaseVoided(**NAMED, **MISTAKEN), START],
        "started_on\n2018-09-03",
    ),
    (
        facts.case,
        [
            START,
            ENDED,
            referral.EndingCorrected(
                **NAMED, ended_on=day("2019-04-01"), end_reason="moved-out", **WRONG
            ),
        ],
        "ended_on   | end_reason\n2019-04-01 | moved-out",
    ),
    (
        facts.case,
        [START, ENDED, referral.EndingVoided(**END, **MISTAKEN)],
        "ended_on | end_reason\nNone     | None",
    ),
    (
        facts.allocation,
        [
            referral.TeacherAllocated(**allocated("Ash", "2018-09-03")),
            referral.TeacherAllocated(**allocated("Elm", "2019-01-07")),
            referral.AllocationCorrected(
                **allocated("Oak", "2019-01-14"), formerly_on=day("2019-01-07"), **WRONG
            ),
        ],
        f"from_on    | staff_id\n2018-09-03 | {named('Ash')}\n2019-01-14 | {named('Oak')}",
    ),
    (
        facts.allocation,
        [
            referral.TeacherAllocated(**allocated("Ash", "2018-09-03")),
            referral.TeacherAllocated(**allocated("Elm", "2019-01-07")),
            referral.AllocationVoided(**NAMED, allocated_on=day("2019-01-07"), **MISTAKEN),
        ],
        "from_on\n2018-09-03",
    ),
    (
        facts.colleague,
        [
            referral.ColleagueAllocated(**NAMED, **BESIDE, team_id=None, until_on=None),
            referral.ColleagueAllocated(
                **NAMED, **BESIDE, team_id=None, until_on=day("2019-01-07")
            ),
        ],
        "from_on    | until_on\n2018-10-01 | 2019-01-07",
    ),
    (
        facts.colleague,
        [
            referral.ColleagueAllocated(**NAMED, **BESIDE, team_id=None, until_on=None),
            referral.ColleagueVoided(**NAMED, **BESIDE, **MISTAKEN),
        ],
        "from_on",
    ),
    (
        facts.pause,
        [
            referral.SupportPaused(**NAMED, paused_on=day("2018-11-05"), reason="child-away"),
            referral.PauseCorrected(
                **NAMED,
                paused_on=day("2018-11-12"),
                pause_reason="child-unwell",
                formerly_on=day("2018-11-05"),
                **WRONG,
            ),
        ],
        "paused_on  | reason\n2018-11-12 | child-unwell",
    ),
    (
        facts.pause,
        [
            referral.SupportPaused(**NAMED, paused_on=day("2018-11-05"), reason="child-away"),
            referral.PauseVoided(**NAMED, paused_on=day("2018-11-05"), **MISTAKEN),
        ],
        "paused_on",
    ),
    (
        facts.resumption,
        [
            referral.SupportResumed(**NAMED, resumed_on=day("2018-12-03")),
            referral.ResumptionCorrected(
                **NAMED, resumed_on=day("2018-12-10"), formerly_on=day("2018-12-03"), **WRONG
            ),
        ],
        "resumed_on\n2018-12-10",
    ),
    (
        facts.resumption,
        [
            referral.SupportResumed(**NAMED, resumed_on=day("2018-12-03")),
            referral.ResumptionVoided(**NAMED, resumed_on=day("2018-12-03"), **MISTAKEN),
        ],
        "resumed_on",
    ),
    (
        facts.visit,
        [
            referral.VisitsRecorded(**visits("2018-10-08", 2)),
            referral.VisitsCorrected(
                **visits("2018-10-15", 1), formerly_on=day("2018-10-08"), **WRONG
            ),
        ],
        "week_beginning | attended\n2018-10-15     | 1",
    ),
    (
        facts.visit,
        [
            referral.VisitsRecorded(**visits("2018-10-08", 2)),
            referral.VisitsCorrected(**visits("2018-10-08", 1), formerly_on=None, **WRONG),
        ],
        "week_beginning | attended\n2018-10-08     | 1",
    ),
    (
        facts.visit,
        [
            referral.VisitsRecorded(**visits("2018-10-08", 2)),
            referral.VisitsVoided(**NAMED, week_beginning=day("2018-10-08"), **MISTAKEN),
        ],
        "week_beginning",
    ),
    (
        facts.review,
        [
            referral.PlanReviewed(**reviewed("2019-03-01", OUTCOMES, "continue")),
            referral.ReviewCorrected(**reviewed("2019-03-04", NO_OUTCOMES, "discontinue"), **WRONG),
        ],
        "held_on    | met | not_met | recommendation\n2019-03-04 | 0   | 2       | discontinue",
    ),
    (
        facts.review,
        [
            referral.PlanReviewed(**reviewed("2019-03-01", OUTCOMES, "continue")),
            referral.ReviewVoided(**NAMED, review_id=named("review"), **MISTAKEN),
        ],
        "held_on",
    ),
    (
        facts.continuation,
        [
            referral.ContinuationDecided(**decided("continue", "2019-03-10", reason="other")),
            referral.ContinuationCorrected(
                **decided("discontinue", "2019-03-11"), decision_reason="outcomes-met", **WRONG
            ),
        ],
        "decision    | reason       | decided_on\ndiscontinue | outcomes-met | 2019-03-11",
    ),
    (
        facts.continuation,
        [
            referral.ContinuationDecided(**decided("continue", "2019-03-10", reason="other")),
            referral.ContinuationVoided(**NAMED, review_id=named("review"), **MISTAKEN),
        ],
        "decision",
    ),
    (
        facts.risk,
        [
            referral.RiskAssessed(**risk("2018-11-05", "high")),
            referral.RiskCorrected(
                **risk("2018-11-12", "none"), formerly_on=day("2018-11-05"), **WRONG
            ),
        ],
        "assessed_on | level\n2018-11-12  | none",
    ),
    (
        facts.risk,
        [
            referral.RiskAssessed(**risk("2018-11-05", "high")),
            referral.RiskVoided(**NAMED, assessed_on=day("2018-11-05"), **MISTAKEN),
        ],
        "assessed_on",
    ),
]
"""One row or more for each event; a table drawn with its head alone is empty."""


@pytest.mark.parametrize(
    ("fact", "told", "drawn_then"),
    FOLLOWS,
    ids=[
        f"{told[-1].declaration.__name__}-{number}" for number, (_, told, _) in enumerate(FOLLOWS)
    ],
)
async def test_a_fact_follows_what_is_put_right(
    model: ReadModel, fact: Table, told: Sequence[Event], drawn_then: str
) -> None:
    await model.handle(told)
    head, *_ = drawn_then.splitlines()
    wanted = drawn(drawn_then) if "\n" in drawn_then else []
    columns = [fact.c[name.strip()] for name in head.split("|")]
    async with model.database.reading() as connection:
        query = select(*columns).where(fact.c.stands).order_by(*fact.primary_key)
        found = (await connection.execute(query)).mappings().all()
    assert [{name: str(value) for name, value in row.items()} for row in found] == wanted


def test_every_correction_of_a_case_has_its_row() -> None:
    tried = {told[-1].declaration for _, told, _ in FOLLOWS}
    of_cases = {one for one in REGISTRY.values() if one.key == "case_id"}
    declared = {one for one in of_cases if one.__name__.endswith(("Corrected", "Voided"))}
    assert declared <= tried


AT_RISK = "inclusion.at_risk_of_exclusion.count"
JUDGED = [
    referral.RiskAssessed(**risk("2018-11-05", "high")),
    referral.RiskAssessed(**risk("2018-12-03", "none")),
]
MISJUDGED = referral.RiskVoided(**NAMED, assessed_on=day("2018-11-05"), **MISTAKEN)


@pytest.mark.parametrize(
    ("put_right", "value"),
    [
        ([], "1"),
        ([MISJUDGED], "0"),
        ([MISJUDGED, JUDGED[0]], "1"),
        ([referral.CaseVoided(**NAMED, **MISTAKEN)], "0"),
    ],
    ids=["as recorded", "level withdrawn", "recorded again", "case withdrawn"],
)
async def test_who_was_at_risk_follows_what_is_put_right(
    model: ReadModel, put_right: list[Event], value: str
) -> None:
    opened = draw.cases("child | started | ended\nann | 2018-09-03 | 2019-05-01")
    await model.handle(opened, JUDGED, put_right)
    assert (await model.figure(AT_RISK)).value == value


@pytest.mark.parametrize(
    ("put_right", "team"),
    [
        ([], "North"),
        (
            [
                referral.AllocationCorrected(
                    **allocated("Elm", "2018-09-03"), formerly_on=None, **WRONG
                )
            ],
            "South",
        ),
    ],
    ids=["as recorded", "corrected"],
)
async def test_a_child_is_of_the_team_of_its_right_teacher(
    model: ReadModel, put_right: list[Event], team: str
) -> None:
    await model.handle(
        draw.cases("child | started | ended\nann | 2018-09-03 |"),
        draw.staff("""
            staff | post               | fte | appointed  | left | team
            Ash   | specialist-teacher | 100 | 2010-09-01 |      | North
            Elm   | specialist-teacher | 100 | 2010-09-01 |      | South
        """),
        holders.allocations("child | teacher | from\nann | Ash | 2018-09-03"),
        JUDGED,
        put_right,
    )
    assert [*await model.cells(AT_RISK, "team")] == [str(named(team))]

"""What is put right in survey and assessment: the figures follow."""

from collections.abc import Callable, Iterable

import pytest

from libs.common.contracts import Event, assessment, survey
from tests.spec import events as draw
from tests.spec.conftest import ReadModel
from tests.spec.drawing import day, named
from tests.worlds import embedded

WHY = "entry-error"
FORMAL = "feedback.formal_complaints"
CONTENT = "training.courses.content.average"
ASSESSED = "bespoke.assessments.count"
OUTSTANDING = "teaching.outstanding.share"
AREAS = "qdd.teams_achieving_key_areas.share"
RETURNED, ISSUED = "survey.schools.returned", "survey.schools.issued"
YES = "survey.schools.effective.outstanding.share"
GAINED = "progress.p_levels.average"


def _complaint(**told: object) -> Event:
    body = {"received_on": "2018-10-01", "formal": True, "closed_on": None, "outcome": None}
    return survey.ComplaintCorrected.model_validate(
        {"complaint_id": named("complaint 0"), "reason": WHY, **body, **told}
    )


def _of_complaints() -> Iterable[Event]:
    yield from draw.checks(*draw.MONTHS)
    yield from draw.complaints("received | formal\n2018-10-01 | yes\n2018-10-02 | yes")


def _check_voided(month: str) -> Event:
    check = named(f"check complaints {month}")
    return survey.RegisterCheckVoided(
        check_id=check, kind="complaints", month=month, reason="register-changed"
    )


COURSES = """
    delivery | kind       | course | on         | delegates
    d1       | course     | other  | 2019-01-12 | 5
    d2       | assessment |        | 2019-01-12 |
    d3       | assessment |        | 2019-01-13 |
"""


def _of_deliveries() -> Iterable[Event]:
    yield from draw.deliveries(COURSES)
    yield from draw.ratings("delivery | content | methods\nd1 | 1 | 9\nd1 | 8 | 9")


def _delivery(which: str, kind: survey.DeliveryKind, on: str) -> Event:
    course, delegates = ("other", 5) if kind == "course" else (None, None)
    return survey.DeliveryCorrected(
        delivery_id=named(which),
        kind=kind,
        course=course,
        delivered_on=day(on),
        delegates=delegates,
        reason=WHY,
    )


def _rating(content: int) -> Event:
    return survey.RatingCorrected(
        delivery_id=named("d1"), rating_id=named("rating 1"), content=content, methods=9, reason=WHY
    )


def _of_teaching() -> Iterable[Event]:
    yield from draw.staff("""
        staff | post               | fte | appointed  | left
        Ash   | specialist-teacher | 100 | 2010-09-01 |
        Elm   | specialist-teacher | 100 | 2010-09-01 |
    """)
    yield from draw.judgements("staff | judgement\nAsh | good\nElm | outstanding")
    yield from draw.teams("team | formed | disbanded\nA | 2010-09-01 |\nB | 2010-09-01 |")
    yield from draw.dialogues("""
        team | year    | held       | areas
        A    | 2018-19 | 2019-11-05 | achieved
        B    | 2018-19 | 2019-11-05 | open
    """)


def _judged(staff: str, judgement: assessment.Grade) -> Event:
    return assessment.TeachingJudgementCorrected(
        judgement_id=named(f"judgement {staff} 2018-19"),
        staff_id=named(staff),
        academic_year="2018-19",
        judgement=judgement,
        evidence=("observation",),
        judged_on=day("2019-07-01"),
        reason=WHY,
    )


def _judgement_voided(staff: str) -> Event:
    return assessment.TeachingJudgementVoided(
        judgement_id=named(f"judgement {staff} 2018-19"),
        staff_id=named(staff),
        academic_year="2018-19",
        reason=WHY,
    )


def _dialogue(team: str, status: assessment.KeyAreaStatus | None) -> Event:
    what = {
        "dialogue_id": named(f"dialogue {team} 2018-19"),
        "team_id": named(team),
        "academic_year": "2018-19",
        "reason": WHY,
    }
    if status is None:
        return assessment.QualityDialogueVoided.model_validate(what)
    area = {"code": "A0", "status": status}
    return assessment.QualityDialogueCorrected.model_validate(
        {**what, "held_on": "2019-11-05", "key_areas": [area]}
    )


def _of_survey() -> Iterable[Event]:
    yield from draw.waves("audience | year | issued\nschools | 2018-19 | 9")
    yield from draw.responses("effective | times\noutstanding | 1\ngood | 1", "schools")
    duplicate = "effective | times | standing\ngood | 1 | duplicate"
    for one in draw.responses(duplicate, "schools", "2018-19"):
        yield one.model_copy(update={"response_id": draw.response_id("schools", "2018-19", 3)})


def _stands(number: int, standing: survey.Standing) -> Event:
    id_ = draw.response_id("schools", "2018-19", number)
    return survey.ResponseStandingChanged.model_validate(
        {"response_id": id_, "wave_id": WAVE, "standing": standing, "duplicate_of": None}
    )


def _answered(number: int, value: str) -> Event:
    [received, *_] = draw.responses(f"effective | times\n{value} | 1", "schools")
    id_ = draw.response_id("schools", "2018-19", number)
    return survey.ResponseCorrected.model_validate(
        {**received.model_dump(), "response_id": id_, "reason": WHY}
    )


WAVE = named("wave schools 2018-19")


def _issued(count: int) -> Event:
    [issued] = draw.waves(f"audience | year | issued\nschools | 2018-19 | {count}")
    return survey.WaveCorrected.model_validate({**issued.model_dump(), "reason": WHY})


CASES: tuple[tuple[Callable[[], Iterable[Event]], list[Event], dict[str, str]], ...] = (
    (_of_complaints, [], {FORMAL: "2"}),
    (_of_complaints, [_complaint(formal=False)], {FORMAL: "1"}),
    (_of_complaints, [_complaint(received_on="2019-09-01")], {FORMAL: "1"}),
    (
        _of_complaints,
        [survey.ComplaintVoided(complaint_id=named("complaint 0"), reason=WHY)],
        {FORMAL: "1"},
    ),
    (
        _of_complaints,
        [_check_voided("2018-10")],
        {FORMAL: "at least 2; not checked for October 2018"},
    ),
    (_of_complaints, [_check_voided("2018-10"), *draw.checks("2018-10")], {FORMAL: "2"}),
    (_of_deliveries, [], {CONTENT: "4.5", ASSESSED: "2"}),
    (_of_deliveries, [_rating(10)], {CONTENT: "9.0"}),
    (
        _of_deliveries,
        [survey.RatingVoided(delivery_id=named("d1"), rating_id=named("rating 1"), reason=WHY)],
        {CONTENT: "8.0"},
    ),
    (_of_deliveries, [_delivery("d2", "bespoke-training", "2019-01-12")], {ASSESSED: "1"}),
    (_of_deliveries, [_delivery("d2", "bespoke-assessment", "2019-09-01")], {ASSESSED: "1"}),
    (
        _of_deliveries,
        [survey.DeliveryVoided(delivery_id=named("d1"), reason=WHY)],
        {CONTENT: "no data for this year", ASSESSED: "2"},
    ),
    (_of_teaching, [], {OUTSTANDING: "50%", AREAS: "50%"}),
    (_of_teaching, [_judged("Ash", "outstanding")], {OUTSTANDING: "100%"}),
    (_of_teaching, [_judgement_voided("Ash")], {OUTSTANDING: "100%"}),
    (_of_teaching, [_dialogue("B", "achieved")], {AREAS: "all teams"}),
    (_of_teaching, [_dialogue("A", None)], {AREAS: "0%"}),
    (_of_survey, [], {RETURNED: "2", YES: "50%"}),
    (
        _of_survey,
        [draw.response_voided("schools", 1), _stands(3, "counted")],
        {RETURNED: "2", YES: "0%"},
    ),
    (_of_survey, [_answered(2, "outstanding")], {RETURNED: "2", YES: "100%"}),
    (_of_survey, [_issued(5)], {RETURNED: "2", ISSUED: "5"}),
    (
        _of_survey,
        [survey.WaveVoided(wave_id=WAVE, reason=WHY)],
        {ISSUED: "not run this year"},
    ),
)


@embedded
@pytest.mark.parametrize(("before", "put_right", "printed"), CASES)
async def test_the_figures_follow(
    model: ReadModel,
    before: Callable[[], Iterable[Event]],
    put_right: list[Event],
    printed: dict[str, str],
) -> None:
    await model.handle(before(), put_right)
    report = {one.id: one.printed for one in (await model.report()).figures}
    assert {name: report[name] for name in printed} == printed


@embedded
@pytest.mark.parametrize(
    ("summer_to", "gained"), [(None, True), ("2019-06-20", True), ("2019-06-19", False)]
)
async def test_a_summers_result_is_in_the_countys_own_window(
    model: ReadModel, summer_to: str | None, gained: bool
) -> None:
    """The last day included (domain brief 13.3)."""
    ends = {"autumn_to": "2018-12-21", "spring_to": "2019-04-05", "summer_to": summer_to}
    told = {"windows_id": named("windows"), "academic_year": "2018-19", **ends}
    windows = [assessment.AssessmentWindowsSet.model_validate(told)] if summer_to else []
    await model.handle(
        draw.cases("child | started | ended\nann | 2016-09-01 |"),
        draw.results("""
            child | year    | term   | subject | position | assessed
            ann   | 2017-18 | summer | reading | P4       | 2018-06-20
            ann   | 2018-19 | summer | reading | P6       | 2019-06-20
        """),
        windows,
    )
    assert (await model.figure(GAINED)).value == ("2" if gained else None)

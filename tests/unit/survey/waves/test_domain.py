"""A wave is drafted, issued and closed, each once; what it takes in each state."""

from datetime import date, timedelta

import pytest

from libs.common.contracts.survey import IssuedTo, WaveClosed, WaveIssued
from services.survey.waves.domain import (
    AnswersMixed,
    NoRecipients,
    NotIssuedTo,
    Run,
    Wave,
    WaveIsClosed,
    WaveNotDraft,
    WaveNotIssued,
)
from tests.unit.refused import refused
from tests.unit.survey.made import (
    CLOSES,
    ISSUED,
    WAVE,
    a_closed,
    a_draft,
    a_recipient,
    an_issued,
)

DAY = timedelta(days=1)


def to(*issued: int) -> list[IssuedTo]:
    """Return so many of each of as many areas."""
    return [
        IssuedTo(team_id=None, area=f"area-{n}", school_kind=None, issued=number)
        for n, number in enumerate(issued)
    ]


@pytest.mark.parametrize(
    ("issued", "told"), [(5, True), (7, True), (4, False)], ids=["same", "more", "fewer"]
)
def test_a_count_put_right_to_fewer_than_were_listed_is_not_parted(issued: int, told: bool) -> None:
    """Of more than were listed it is not known whose the others are; of fewer, which they were."""
    wave = a_draft()
    wave.issue(to(3, 2))
    corrected = wave.correct(Run(issued, ISSUED, CLOSES, 0), "typing-error")
    assert corrected.issued_to == (tuple(to(3, 2)) if told else None)
    assert corrected.issued == issued


@pytest.mark.parametrize(
    ("audience", "unit"),
    [
        ("schools", "school"),
        ("parents", "parent"),
        ("children", "child"),
        ("agencies", "professional"),
    ],
)
def test_a_wave_is_issued_to_units_of_its_audience(audience: str, unit: str) -> None:
    wave = a_draft(audience=audience, questionnaire=audience, grace_days=3)
    assert wave.issue(to(5)) == WaveIssued(
        wave_id=WAVE,
        audience=audience,  # type: ignore[arg-type]  # one of the four
        academic_year="2018-19",
        questionnaire=audience,
        questionnaire_version=1,
        respondent_unit=unit,  # type: ignore[arg-type]  # one of the four
        issued=5,
        issued_on=ISSUED,
        closes_on=CLOSES,
        grace_days=3,
        issued_to=tuple(to(5)),
    )
    assert (wave.state, wave.issued) == ("issued", 5)


def test_a_wave_to_nobody_is_not_issued() -> None:
    wave = a_draft()
    with refused(NoRecipients):
        wave.issue([])
    assert (wave.state, wave.issued) == ("draft", None)


@pytest.mark.parametrize("wave", [an_issued(), a_closed()], ids=["issued", "closed"])
def test_what_was_issued_keeps_its_list_and_is_not_issued_again(wave: Wave) -> None:
    with refused(WaveNotDraft):
        wave.list_one()
    with refused(WaveNotDraft):
        wave.issue(to(4))
    assert (wave.listed, wave.issued) == (3, 3)


def test_an_anonymous_wave_whose_answers_were_mixed_is_not_drafted_again() -> None:
    """One more answer would be mixed with none."""
    wave = an_issued(anonymous=True, mixed_on=CLOSES, void=True)
    with refused(AnswersMixed):
        wave.restore(wave.terms)
    named = an_issued(void=True)
    named.restore(named.terms)
    assert (named.void, named.state) == (False, "draft")


def test_a_draft_counts_whom_it_lists() -> None:
    wave = a_draft()
    wave.list_one()
    wave.list_one()
    assert wave.listed == 2


def test_a_wave_takes_answers_from_its_issue_to_its_close() -> None:
    wave = an_issued()
    wave.check_open()
    on = date(2019, 7, 1)
    assert wave.close(on) == WaveClosed(wave_id=WAVE, closed_on=on)
    assert (wave.state, wave.closed_on) == ("closed", on)
    with refused(WaveIsClosed):
        wave.check_open()
    with refused(WaveIsClosed):
        wave.close(on)


def test_a_draft_takes_no_answers_and_is_not_closed() -> None:
    with refused(WaveNotIssued):
        a_draft().check_open()
    with refused(WaveNotIssued):
        a_draft().close(CLOSES)


def test_who_was_cancelled_by_the_day_of_issue_was_sent_nothing() -> None:
    """Who was cancelled later, though as of a day before, was sent one (domain brief 13.12)."""
    for on in (None, ISSUED - DAY, ISSUED + DAY):
        a_recipient(cancelled_on=on).check_issued()
    with refused(NotIssuedTo):
        a_recipient(cancelled_on=ISSUED, sent=False).check_issued()

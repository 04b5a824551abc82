"""A response comes back, counts or does not, and is taken out once."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from libs.common.contracts.survey import CodedAnswer, ResponseReceived, ResponseVoided
from services.survey.responses.domain import Came, Response, ResponseVoid
from tests.unit.refused import refused
from tests.unit.survey.made import CLOSES, RESPONSE, WAVE, a_recipient, a_response, an_issued

TEAM = UUID(int=20)
ANSWER = CodedAnswer(question="better_at_work", state="answered", value="yes")


def test_a_response_is_received_on_a_day_in_london() -> None:
    """At half past eleven in the evening by UTC it is the next day there, in summer."""
    first = UUID(int=3)
    response = a_response(
        received_at=datetime(2019, 6, 27, 23, 30, tzinfo=UTC),
        standing="duplicate",
        duplicate_of=first,
        answers=[ANSWER.model_dump()],
    )
    asked = a_recipient(team_id=TEAM, area="north", school_kind="primary")
    came = Came("paper", "support-teacher", "duplicate")
    event = response.receive(an_issued(), asked, came)
    assert event == ResponseReceived(
        response_id=RESPONSE,
        wave_id=WAVE,
        audience="children",
        academic_year="2018-19",
        received_on=CLOSES,
        channel="paper",
        assisted_by="support-teacher",
        standing="duplicate",
        duplicate_of=first,
        answers=(ANSWER,),
        team_id=TEAM,
        area="north",
        school_kind="primary",
    )


@pytest.mark.parametrize(
    ("response", "counts"),
    [
        (a_response(), True),
        (a_response(void_reason="test-entry"), False),
        (a_response(standing="late"), False),
        (a_response(standing="duplicate"), False),
        (a_response(standing="too-few-answers"), False),
    ],
    ids=["counted", "void", "late", "duplicate", "blank"],
)
def test_what_is_counted_and_not_void_counts(response: Response, counts: bool) -> None:
    assert response.counts is counts


def test_a_response_that_was_taken_out_stays_out() -> None:
    response = a_response()
    assert response.void("test-entry") == ResponseVoided(
        response_id=RESPONSE, wave_id=WAVE, reason="test-entry"
    )
    assert not response.counts
    with refused(ResponseVoid):
        response.void("entered-twice")
    assert response.void_reason == "test-entry"

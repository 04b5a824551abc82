"""A concern as an object: what a person may do with it, and that nothing closes it by itself."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from libs.common.core.errors import Conflict
from services.survey.concerns.codes import ConcernStep
from services.survey.concerns.domain import (
    Concern,
    ConcernAcknowledged,
    ConcernClosed,
    ConcernNotAcknowledged,
)

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)


def a_concern(**other: Any) -> Concern:
    """Return a concern that nobody has read yet."""
    given = {
        "id": UUID(int=1),
        "response_id": UUID(int=2),
        "question": "proud",
        "complaint_id": None,
        "child_id": None,
        "school_id": None,
        "text": "Made-up words.",
        "raised_at": NOW,
        "raised_on": date(2026, 11, 3),
    }
    return Concern(**{**given, **other})


def test_a_person_acknowledges_a_concern_passes_it_on_and_closes_it() -> None:
    concern = a_concern()
    steps: list[ConcernStep] = ["acknowledge", "pass-on", "pass-on", "close", "reopen", "close"]
    taken = [concern.take(step, NOW, "lead", None) for step in steps]
    assert [one.number for one in taken] == [1, 2, 3, 4, 5, 6]
    assert concern.state == "closed"
    assert concern.allowed == ("reopen",)


@pytest.mark.parametrize(
    ("state", "step", "refusal"),
    [
        ("raised", "close", ConcernNotAcknowledged),
        ("raised", "pass-on", ConcernNotAcknowledged),
        ("raised", "reopen", ConcernNotAcknowledged),
        ("acknowledged", "acknowledge", ConcernAcknowledged),
        ("acknowledged", "reopen", ConcernAcknowledged),
        ("closed", "acknowledge", ConcernClosed),
        ("closed", "pass-on", ConcernClosed),
        ("closed", "close", ConcernClosed),
    ],
)
def test_a_step_that_the_state_does_not_allow_is_refused(
    state: str, step: ConcernStep, refusal: type[Conflict]
) -> None:
    concern = a_concern(state=state)
    with pytest.raises(refusal):
        concern.take(step, NOW, "lead", None)
    assert (concern.state, concern.steps_taken) == (state, 0)


def test_a_concern_that_is_opened_again_has_no_outcome() -> None:
    concern = a_concern(state="closed", outcome="support-given")
    concern.take("reopen", NOW, "lead", "Made up.")
    assert (concern.state, concern.outcome) == ("acknowledged", None)

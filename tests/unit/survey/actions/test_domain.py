"""An action as an object: who owns it, until when, how it ends, who is told."""

from datetime import date
from typing import Any, get_args
from uuid import UUID

import pytest

from services.survey.actions.codes import ENDS_AS, ActionState, Outcome
from services.survey.actions.domain import Action, ActionEnded, ActionUnderWay

DAY, DUE = date(2026, 11, 3), date(2026, 12, 1)
TEACHER = UUID(int=7)


def an_action(**other: Any) -> Action:
    """Return an action that a teacher has to see to."""
    given = {
        "id": UUID(int=1),
        "response_id": UUID(int=2),
        "question": "would_help",
        "child_id": UUID(int=3),
        "owner_id": TEACHER,
        "opened_on": DAY,
        "due_on": DUE,
    }
    return Action(**{**given, **other})


def test_an_action_is_passed_on_ended_told_of_and_opened_again() -> None:
    action = an_action()
    action.pass_on(None, None)
    assert (action.state, action.owner_id, action.due_on) == ("passed-on", None, DUE)
    action.conclude("done-in-part", DAY, "You have a quiet table now.")
    action.tell(DAY, "in-person")
    assert (action.state, action.told_how) == ("done", "in-person")
    action.reopen()
    assert action.state == "passed-on"
    assert (action.outcome, action.answer, action.told_on) == (None, None, None)


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_an_outcome_says_in_which_state_an_action_ends(outcome: Outcome) -> None:
    action = an_action()
    action.conclude(outcome, DAY, None)
    assert action.state == ENDS_AS[outcome]
    assert not action.under_way


def test_what_ended_is_not_ended_again_and_what_is_under_way_not_told_of() -> None:
    action = an_action()
    with pytest.raises(ActionUnderWay):
        action.tell(DAY, "in-person")
    with pytest.raises(ActionUnderWay):
        action.reopen()
    action.conclude("done", DAY, None)
    with pytest.raises(ActionEnded):
        action.pass_on(None, None)
    with pytest.raises(ActionEnded):
        action.conclude("done", DAY, None)


@pytest.mark.parametrize("state", get_args(ActionState))
def test_only_what_is_under_way_is_overdue_from_the_day_after(state: ActionState) -> None:
    action = an_action(state=state)
    assert not action.overdue(DUE)
    assert action.overdue(date(2026, 12, 2)) is (state in {"open", "passed-on"})

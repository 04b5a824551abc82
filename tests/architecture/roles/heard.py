"""What is done about what somebody wrote, as it is tried: actions, and safeguarding concerns."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import httpx

from tests.architecture.roles.tried import STALE, Tried

SURVEY = "/survey/v1"
WISH = "Made up: a quiet table, where nobody hits me."
"""What every child of the stage says would help them: it opens an action, and raises a concern."""
HEARD: dict[str, Any] = {
    "answers": [{"question": "would_help", "state": "answered", "value": WISH}]
}
WORRIED = {"note": "Made up: please read this."}
ENDED = {"outcome": "done", "concluded_on": "2019-07-01", "answer": "Made up: you have one."}


async def heard_of(do: Callable[..., Awaitable[httpx.Response]], response: str) -> dict[str, str]:
    """Return the ids of a child's response, and of the action and the concern that it opened."""
    found = {"response": response}
    for what in ("action", "concern"):
        listed = await do("GET", f"{SURVEY}/{what}s?response_id={response}")
        [one] = listed.json()["items"]
        found[what] = one[f"{what}_id"]
    return found


def of_child(relation: str, ids: Mapping[str, str]) -> Iterator[Tried]:
    """Yield what is tried of a child's action, and of a concern about what they wrote."""
    response = f"{SURVEY}/responses/{ids['response']}"
    asks = {"question": "would_help"}
    yield Tried("open-action", relation, "POST", f"{response}/actions", asks)
    action = f"{SURVEY}/actions/{ids['action']}"
    yield Tried("read-action", relation, "GET", action)
    listed = f"{SURVEY}/actions?child={ids['child']}"
    yield Tried("read-action", relation, "GET", listed, listed=ids["action"])
    for row, step, body in (
        ("pass-action-on", "passing-on", {"due_on": "2019-09-02"}),
        ("follow-action", "conclusion", ENDED),
        ("follow-action", "telling", {"told_on": "2019-07-02", "told_how": "in-person"}),
        ("follow-action", "reopening", {"note": "Made up: not yet."}),
    ):
        yield Tried(row, relation, "POST", f"{action}/{step}", body, (412,), version=STALE)
    yield Tried("raise-concern", relation, "POST", f"{response}/concerns", asks | WORRIED)
    yield Tried("raise-concern", relation, "POST", f"{action}/concerns", WORRIED)


def of_the_lead(ids: Mapping[str, str]) -> Iterator[Tried]:
    """Yield what is tried of the list of concerns, and of one."""
    yield Tried("count-actions", "", "GET", f"{SURVEY}/action-counts")
    yield Tried("read-concerns", "", "GET", f"{SURVEY}/concerns")
    one = f"{SURVEY}/concerns/{ids['concern']}"
    yield Tried("read-concerns", "", "GET", one)
    for step, body in (
        ("acknowledgement", None),
        ("passing-on", {"passed_to": "police", "passed_on": "2019-07-01"}),
        ("closure", {"outcome": "support-given", "note": "Made up: they are safe."}),
        ("reopening", {"note": "Made up: there is more."}),
    ):
        yield Tried("follow-concern", "", "POST", f"{one}/{step}", body, (412,), version=STALE)

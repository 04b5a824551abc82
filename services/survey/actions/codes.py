"""Where an action stands, how it ended, and how who asked was told: closed lists."""

from collections.abc import Mapping
from typing import Final, Literal

ActionState = Literal["open", "passed-on", "done", "not-possible", "nothing-asked"]
Outcome = Literal[
    "done",
    "done-in-part",
    "in-place-already",
    "no-means",
    "not-agreed",
    "not-ours-to-do",
    "child-left",
    "nothing-asked",
]
ToldHow = Literal["in-person", "in-writing", "through-school", "through-parent", "by-ticket"]

ENDS_AS: Final[Mapping[Outcome, ActionState]] = {
    "done": "done",
    "done-in-part": "done",
    "in-place-already": "done",
    "no-means": "not-possible",
    "not-agreed": "not-possible",
    "not-ours-to-do": "not-possible",
    "child-left": "not-possible",
    "nothing-asked": "nothing-asked",
}
"""The state in which an outcome leaves an action; an answer may ask for nothing."""
UNDER_WAY: Final[tuple[ActionState, ...]] = ("open", "passed-on")
"""States of what somebody still has to see to."""

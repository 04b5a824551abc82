"""The types of question, and the coded values that each may offer."""

from typing import Literal

ItemType = Literal["yes_no", "yes_notsure_no", "ofsted4", "rating_1_10", "free_text"]

OFFERED: dict[str, frozenset[str]] = {
    "yes_no": frozenset({"yes", "no"}),
    "yes_notsure_no": frozenset({"yes", "not-sure", "sometimes", "no"}),
    "ofsted4": frozenset({"outstanding", "good", "requires-improvement", "inadequate"}),
    "rating_1_10": frozenset(map(str, range(1, 11))),
    "free_text": frozenset(),
}
"""The coded values that a question of a type may offer."""

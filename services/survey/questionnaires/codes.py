"""The types of question, and the coded values that each may offer."""

from typing import Final, Literal

ItemType = Literal["yes_no", "yes_notsure_no", "ofsted4", "rating_1_10", "free_text"]

OFFERED: dict[str, frozenset[str]] = {
    "yes_no": frozenset({"yes", "no"}),
    "yes_notsure_no": frozenset({"yes", "not-sure", "sometimes", "no"}),
    "ofsted4": frozenset({"outstanding", "good", "requires-improvement", "inadequate"}),
    "rating_1_10": frozenset(map(str, range(1, 11))),
    "free_text": frozenset(),
}
"""The coded values that a question of a type may offer."""

WORDS: Final = {
    "yes_no": "Yes or no",
    "yes_notsure_no": "Yes, not sure, sometimes, or no",
    "ofsted4": "Outstanding, good, requires improvement, or inadequate",
    "rating_1_10": "A mark from 1 to 10",
    "free_text": "Free text",
}
"""What each type of question is answered with."""

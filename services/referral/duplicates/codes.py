"""The closed lists of duplicates."""

from typing import Literal

DuplicateKind = Literal["child", "person"]
DuplicateState = Literal["proposed", "confirmed", "dismissed"]
Likeness = Literal["upn", "reference", "name", "contact"]
"""Why two records are likely one: the same UPN; references that differ in case or blanks alone;
the sound of the names with birth and school, or of the name with an address or a telephone."""
DecisionReason = Literal[
    "checked-with-family",
    "checked-with-school",
    "checked-with-county",
    "twins",
    "namesakes",
    "other",
]
"""On what a person's decision rests."""

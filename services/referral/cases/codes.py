"""The closed lists of a case."""

from typing import Literal

PauseReason = Literal[
    "child-unwell",
    "child-away",
    "teacher-absent",
    "school-closed",
    "school-request",
    "parental-request",
    "other",
]

State = Literal["active", "paused", "ended", "void"]

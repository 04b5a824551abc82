"""Why a response is to count nowhere, a closed list, for the reason is published."""

from typing import Literal

VoidReason = Literal[
    "entered-twice",
    "typing-error",
    "wrong-recipient",
    "wrong-wave",
    "test-entry",
    "not-genuine",
    "withdrawn-by-respondent",
]

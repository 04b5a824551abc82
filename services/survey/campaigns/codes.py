"""What messages are for, why they are not sent or came back, and how counts are parted: lists."""

from typing import Final, Literal

Kind = Literal["invitation", "reminder"]
By = Literal["team", "area", "school-kind"]
NOT_KNOWN: Final = "not known"
"""The label of those of whom it was not known on the day of issue, or is not told, whose they are.
"""
LeftOut = Literal[
    "answered",
    "declined",
    "cancelled",
    "no-address",
    "undeliverable",
    "by-letter",
    "invited-already",
    "not-invited",
    "not-sent-yet",
    "too-soon",
    "most-reached",
    "wave-not-open",
]
ReturnReason = Literal["wrong-address", "moved-away", "not-delivered"]

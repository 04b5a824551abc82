"""What messages are for, why somebody is sent none, and why one came back: closed lists."""

from typing import Literal

Kind = Literal["invitation", "reminder"]
LeftOut = Literal[
    "answered",
    "declined",
    "cancelled",
    "no-address",
    "undeliverable",
    "invited-already",
    "not-invited",
    "not-sent-yet",
    "too-soon",
    "most-reached",
    "wave-not-open",
]
ReturnReason = Literal["wrong-address", "moved-away", "not-delivered"]

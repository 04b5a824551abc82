"""What the refusals of reporting alone mean, and what to do about each."""

from collections.abc import Mapping
from typing import Final

from libs.common.http.problems import Problem

PROBLEMS: Final[Mapping[str, Problem]] = {
    "being-rebuilt": Problem(
        "After an upgrade the figures are being put together again from all events.",
        "Ask again after the time that Retry-After says.",
    ),
}

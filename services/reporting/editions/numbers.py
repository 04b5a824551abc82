"""An edition's number: major.minor.patch, as a reader pins it, or follows it."""

import re
from collections.abc import Iterable
from typing import Annotated, Final, NamedTuple

from pydantic import StringConstraints

from libs.common.contracts.reporting import EditionChange
from libs.common.core.fields import form

_WANTED: Final = re.compile(r"(\d{1,6})\.(?:\*|(\d{1,6})\.(?:\*|(\d{1,6})))")
LATEST: Final = "latest"
_FORM: Final = form(
    r"^(latest|\d{1,6}\.(\*|\d{1,6}\.(\*|\d{1,6})))$",
    "a number such as 1.0.0, one to follow such as 1.* or 1.0.*, or latest",
)

Wanted = Annotated[str, StringConstraints(pattern=_FORM)]
"""Which edition is asked for: one by its number, or the latest of those that a pattern names."""


class Number(NamedTuple):
    """An edition's number among those of its year.

    The major one rises when a figure's definition changed or a figure was taken away, the minor
    one when a value did, the patch when neither did.
    """

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    def after(self, change: EditionChange) -> "Number":
        """Return the number of the edition that changes so much."""
        match change:
            case "major":
                return Number(self.major + 1, 0, 0)
            case "minor":
                return Number(self.major, self.minor + 1, 0)
            case _:
                return Number(self.major, self.minor, self.patch + 1)


FIRST: Final = Number(1, 0, 0)


def wanted(text: str, there: Iterable[Number]) -> Number | None:
    """Return the latest of the numbers that a `Wanted` text names; None where there is none."""
    found = _WANTED.fullmatch(text)
    parts = [int(part) for part in found.groups() if part is not None] if found else []
    return max((one for one in there if [*one[: len(parts)]] == parts), default=None)

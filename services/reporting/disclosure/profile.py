"""The disclosure profile: how small a group is protected at each level of a breakdown.

A year's tables pass by the profile that is in force on the year's last day, whenever they are
asked for: two profiles over one table would be two tables to subtract.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from libs.common.core.clock import AcademicYear

LevelName = Literal["county", "area", "team", "school", "characteristic", "returns"]
OTHER: Final = "characteristic"
"""The level of every dimension that a profile does not name."""
RETURNS: Final = "returns"
"""The level of groups of those who were sent a questionnaire, whatever divides them."""

Small = Annotated[int, Field(strict=True, ge=2, le=50)]


class Level(BaseModel):
    """What is protected at one level; counts are of people (domain brief 9.2).

    ``threshold`` is the smallest number that is shown, other than 0. A share is shown of at least
    ``percent_base``; that all or none are in it, of at least ``whole_group``. A mean is of at least
    ``mean_answers``, and no two of them give more than ``dominance_percent`` of it. Shares of
    answers to a questionnaire are free from ``answers_free_from`` on. ``earlier`` says whether
    what was shown before is subtracted. Counts are rounded to a multiple of ``round_to``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    threshold: Small
    percent_base: Small
    whole_group: Small
    mean_answers: Small
    dominance_percent: Annotated[int, Field(strict=True, ge=50, le=100)]
    answers_free_from: Annotated[int, Field(strict=True, ge=10)] | None
    earlier: Annotated[bool, Field(strict=True)]
    round_to: Literal[5, 10] | None


class Profile(BaseModel):
    """The rules of each level, and at which level each dimension is; the total's is ``""``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    levels: Mapping[LevelName, Level]
    level_of: Mapping[str, LevelName]

    @model_validator(mode="after")
    def _is_whole(self) -> "Profile":
        lacking = {OTHER, RETURNS, *self.level_of.values()} - set(self.levels)
        if lacking or "" not in self.level_of:
            message = f"a profile says what holds at every level: {', '.join(sorted(lacking))}"
            raise ValueError(message)
        return self

    def at(self, by: str, *, returns: bool = False) -> Level:
        """Return the rules of a breakdown, of ``returns`` or of others, or of the total."""
        if by and returns:
            return self.levels[RETURNS]
        return self.levels[self.level_of.get(by, OTHER)]


@cache
def profiles() -> Mapping[date, Profile]:
    """Return every profile by its first day, the first first."""
    found = {
        date.fromisoformat(one.name.removesuffix(".json")): one.read_bytes()
        for one in files(f"{__package__}.profiles").iterdir()
        if one.name.endswith(".json")
    }
    return {day: Profile.model_validate_json(found[day]) for day in sorted(found)}


def profile_of(year: AcademicYear) -> Profile:
    """Return the profile by which a year's tables pass: that in force on its last day.

    The first holds for all years before it as well.
    """
    first, *later = profiles().items()
    begun = [one for day, one in later if day <= year.last_day]
    return begun[-1] if begun else first[1]

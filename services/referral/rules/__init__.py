"""Rule sets: dated data, read and checked once at start (domain brief 1.2 and 3.3).

One is in force from its first day to its last, or until the next begins: new rules are a new file,
and the file of those before stays as it is. What each rule asks is in ``referrals/eligibility``.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from services.referral.children.plan_types import plan_types

FOLDER = Path(__file__).parent
RULES = ("school-covered", "school-open", "plan-active", "plan-names-service", "head-agrees")


class Part(BaseModel):
    """A part of a rule file; what it does not know is an error of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Covered(Part):
    """Types of establishment that are covered in these phases (codes as the register's CSV)."""

    types: tuple[str, ...]
    phases: tuple[int, ...]


class SchoolRule(Part):
    """Which schools the service may teach in."""

    la_codes: tuple[int, ...]
    statuses: tuple[int, ...]
    covered: tuple[Covered, ...]


class RuleSet(Part):
    """The rules in force between two days."""

    rule_set: str
    valid_from: date
    valid_to: date | None
    school: SchoolRule
    plan_types: tuple[str, ...]
    texts: dict[str, str]

    @model_validator(mode="after")
    def _complete(self) -> "RuleSet":
        if sorted(self.texts) != sorted(RULES):
            raise ValueError(f"{self.rule_set}: every rule has a text, and there are no others")
        unknown = set(self.plan_types) - set(plan_types())
        if unknown or not self.school.covered or not self.plan_types:
            raise ValueError(f"{self.rule_set}: a rule can never be met")
        return self


@cache
def rule_sets() -> tuple[RuleSet, ...]:
    """Return every rule set, the earliest first; raises ValueError naming what is wrong."""
    return in_order(read(path) for path in FOLDER.glob("*.json"))


def read(path: Path) -> RuleSet:
    """Read one file; raises ValueError (pydantic's) where it is faulty or misnamed."""
    found = RuleSet.model_validate_json(path.read_text(encoding="utf-8"))
    if path.name != f"{found.rule_set}.json":
        raise ValueError(f"{path.name}: holds {found.rule_set}")
    return found


def in_order(found: Iterable[RuleSet]) -> tuple[RuleSet, ...]:
    """Return rule sets by their first days; raises ValueError where two begin on one day."""
    ordered = tuple(sorted(found, key=lambda rules: rules.valid_from))
    for one, next_ in pairwise(ordered):
        if one.valid_from == next_.valid_from:
            raise ValueError(f"{one.rule_set} and {next_.rule_set} begin on one day")
    return ordered


def in_force(ordered: Sequence[RuleSet], day: date) -> RuleSet | None:
    """Return the last that has begun by a day, unless it has ended."""
    begun = [rules for rules in ordered if rules.valid_from <= day]
    if not begun or (begun[-1].valid_to is not None and begun[-1].valid_to < day):
        return None
    return begun[-1]


def rules_on(day: date) -> RuleSet | None:
    """Return the rule set in force on a day."""
    return in_force(rule_sets(), day)

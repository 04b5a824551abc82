"""Rule sets: dated data, read and checked once at start (domain brief 1.2 and 3.3)."""

import json
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

FOLDER = Path(__file__).parent
RULES = ("school-covered", "school-open", "plan-active", "plan-names-service", "head-agrees")


class Part(BaseModel):
    """A part of a rule file; what it does not know is an error of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PlanType(Part):
    """A kind of plan. The list is open: a new kind is a line of data."""

    code: str
    name: str
    statutory: bool
    review_cycle_months: int


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
def plan_types() -> dict[str, PlanType]:
    """Return the kinds of plan by code."""
    read = json.loads((FOLDER / "plan_types.json").read_text())
    types = [PlanType.model_validate(one) for one in read]
    return {one.code: one for one in types}


@cache
def rule_sets() -> tuple[RuleSet, ...]:
    """Return every rule set; raises ValidationError naming what is wrong in a file."""
    files = sorted(FOLDER.glob("*-criteria.json"))
    return tuple(RuleSet.model_validate_json(path.read_text()) for path in files)


def rules_on(day: date) -> RuleSet | None:
    """Return the rule set in force on a day."""
    for rules in rule_sets():
        if rules.valid_from <= day and (rules.valid_to is None or day <= rules.valid_to):
            return rules
    return None

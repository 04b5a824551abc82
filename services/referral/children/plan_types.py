"""The types of plan: data, read and checked once at start (domain brief 1.2)."""

import json
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from libs.common.core.code_lists import CodeList, ListedCode

FILE = Path(__file__).with_suffix(".json")


class PlanType(BaseModel):
    """A type of plan. The list is open: a new type is a line of data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    name: str
    statutory: bool
    review_cycle_months: int
    ends_at_reception: bool = False
    """Whether it ends with the last year of nursery, though nobody tells an end."""


@cache
def plan_types() -> dict[str, PlanType]:
    """Return the types of plan by code."""
    types = [PlanType.model_validate(one) for one in json.loads(FILE.read_text(encoding="utf-8"))]
    return {one.code: one for one in types}


def plan_type_list() -> CodeList:
    """Return the types of plan as a list of codes."""
    codes = tuple(ListedCode(one.code, one.name) for one in plan_types().values())
    return CodeList("plan-type", (), codes)

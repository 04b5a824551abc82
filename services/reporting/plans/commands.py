"""The Service Plan of a year is recorded under the year, and said anew when it moves on."""

from collections import Counter
from typing import Literal
from uuid import uuid4

from pydantic import Field

from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Code, Day, LongText, Strict, Text
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import ahead
from libs.common.persistence.uow import UnitOfWork
from services.reporting.plans.domain import ServicePlan

PriorityStatus = Literal["planned", "under-way", "partly-achieved", "achieved", "dropped"]


class PriorityPart(Strict):
    """A priority: what is to be reached, which post answers for it, and how far it was on a day."""

    code: Code
    words: LongText
    owner: Text
    status: PriorityStatus
    status_on: Day


class RecordServicePlan(Strict):
    """A year's plan as it was agreed on a day, each priority with its status."""

    agreed_on: Day
    vision: LongText
    priorities: tuple[PriorityPart, ...] = Field(min_length=1, max_length=30)


async def record_service_plan(
    uow: UnitOfWork, academic_year: str, command: RecordServicePlan
) -> tuple[ServicePlan, CommandOutcome]:
    """Record a year's plan; the same again changes nothing, another one takes its place."""
    _check(uow, command)
    said = command.model_dump(mode="json", include={"priorities"}) | {
        "agreed_on": command.agreed_on,
        "vision": command.vision,
    }
    plan = await uow.find(ServicePlan, academic_year=academic_year)
    if plan is None:
        plan = uow.add(ServicePlan(id=uuid4(), academic_year=academic_year, **said))
        return plan, CommandOutcome("created", plan.id)
    same = all(getattr(plan, name) == value for name, value in said.items())
    for name, value in said.items():
        setattr(plan, name, value)
    return plan, CommandOutcome("unchanged" if same else "updated", plan.id)


def _check(uow: UnitOfWork, command: RecordServicePlan) -> None:
    errors = ahead(uow, command)
    many = Counter(one.code for one in command.priorities)
    errors += [
        ValidationError("repeated", "The code stands twice.", f"/priorities/{number}/code")
        for number, one in enumerate(command.priorities)
        if many[one.code] > 1
    ]
    errors += [
        ValidationError(
            "before-plan", "The plan was agreed later.", f"/priorities/{number}/status_on"
        )
        for number, one in enumerate(command.priorities)
        if one.status_on < command.agreed_on
    ]
    if errors:
        raise Rejected(errors=errors)

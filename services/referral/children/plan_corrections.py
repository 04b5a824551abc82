"""A plan put right: what it says from a day on, its first and last day, or that it never was."""

from datetime import date
from uuid import UUID

from libs.common.contracts.referral import (
    PlanCorrected,
    PlanVoided,
)
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.dated import State, changes, put_right
from libs.common.core.days import PlannedDay
from libs.common.core.errors import Conflict, ValidationError
from libs.common.core.fields import Code, Day
from libs.common.persistence.recorded import ahead
from libs.common.persistence.uow import UnitOfWork
from services.referral.children.codes import CeaseReason
from services.referral.children.domain import Child, Plan, PlanTerms
from services.referral.children.history import PlanSays
from services.referral.children.plan_types import plan_types
from services.referral.children.plans import publish_terms
from services.referral.children.service_names import NamesService


class PlanVoid(Conflict):
    """A plan that was taken out stands again when it is pushed again."""

    detail = "This plan was taken out. Push it again if there is one."


class CorrectPlan(Correction):
    """The whole of a plan, with what it says from ``effective_on`` on: a first day told, or new.

    A plan that ended by mistake goes on when ``ends_on`` is null.
    """

    effective_on: Day
    plan_type: Code
    names_service: NamesService
    starts_on: PlannedDay
    review_due_on: PlannedDay | None = None
    ends_on: PlannedDay | None = None
    cease_reason: CeaseReason | None = None

    @property
    def terms(self) -> State:
        """What the plan says, as it is kept."""
        return self.model_dump(mode="json", include={"plan_type", "names_service", "review_due_on"})


async def correct_plan(uow: UnitOfWork, plan_id: UUID, command: CorrectPlan, version: int) -> Plan:
    """Put a plan right, or have one go on that ended by mistake.

    What it says from other days on stays.
    """
    _check(uow, command)
    plan = await _standing(uow, plan_id, command, version)
    told = await uow.all(PlanSays, plan_id=plan.id, unseen=True)
    was = changes(told)
    plan.starts_on, plan.ends_on = command.starts_on, command.ends_on
    plan.cease_reason = (command.cease_reason or "other") if command.ends_on else None
    plan.left_out = False

    def made(of: date, said: State) -> PlanSays:
        return PlanSays(plan_id=plan.id, from_on=of, until_on=of, said=said)

    for row in put_right(told, command.effective_on, command.terms, made):
        uow.add(row)
    terms = PlanTerms.of(command.terms)
    event = PlanCorrected(
        plan_id=plan.id,
        child_id=plan.child_id,
        plan_type=terms.plan_type,
        names_service=terms.names_service,
        starts_on=plan.starts_on,
        review_due_on=terms.review_due_on,
        effective_on=command.effective_on,
        ceased_on=plan.ends_on,
        cease_reason=plan.cease_reason,
        reason=command.reason,
    )
    uow.emit(plan, event)
    await publish_terms(uow, plan, was, told=command.effective_on)
    return plan


async def void_plan(uow: UnitOfWork, plan_id: UUID, command: Withdrawal, version: int) -> Plan:
    """Take a plan out that there never was."""
    plan = await _standing(uow, plan_id, command, version)
    plan.void = True
    event = PlanVoided(plan_id=plan.id, child_id=plan.child_id, reason=command.reason)
    uow.emit(plan, event)
    return plan


async def _standing(
    uow: UnitOfWork, plan_id: UUID, command: Correction | Withdrawal, version: int
) -> Plan:
    """Return the plan to put right; its child's ETag moves, and the change log says why."""
    plan = await uow.get(Plan, plan_id, version=version)
    if plan.void:
        raise PlanVoid
    [child] = await uow.all(Child, id=plan.child_id, unseen=True)
    child.touch()
    uow.explain(plan, command.reason, command.note)
    return plan


def _check(uow: UnitOfWork, command: CorrectPlan) -> None:
    errors = ahead(uow, command)
    if command.plan_type not in plan_types():
        detail = "There is no plan type of this code."
        errors.append(ValidationError("unknown-plan-type", detail, "/plan_type"))
    if command.ends_on is not None and command.ends_on < command.starts_on:
        detail = "A plan cannot end before it starts."
        errors.append(ValidationError("before-start", detail, "/ends_on"))
    if command.ends_on is None and command.cease_reason is not None:
        detail = "Only a plan that ends can have a reason for ending."
        errors.append(ValidationError("go-together", detail, "/cease_reason"))
    uow.faults.add(errors)

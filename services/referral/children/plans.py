"""The plans of a push: what each says from a day on, and which there are."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import uuid4

from libs.common.core.dated import State, changes, on, tell, to_tell
from libs.common.core.days import PlannedDay
from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Code, Needed, Reference, Strict
from libs.common.persistence.recorded import left_out, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.children.codes import CeaseReason
from services.referral.children.domain import Child, Plan, PlanClosed, PlanTerms
from services.referral.children.history import ListedPlans, PlanSays
from services.referral.children.plan_types import plan_types
from services.referral.children.service_names import NamesService

UNLISTED = "other"
"""Why a plan ended that is no longer listed."""


class PlanPart(Strict):
    """A plan, under the county's reference for it."""

    reference: Reference
    plan_type: Needed[Code] = None
    names_service: Needed[NamesService] = None
    starts_on: Needed[PlannedDay] = None
    ends_on: PlannedDay | None = None
    cease_reason: CeaseReason | None = None
    review_due_on: PlannedDay | None = None

    @property
    def terms(self) -> State:
        """What the push says the plan says, as it is kept."""
        names = ("plan_type", "names_service", "review_due_on")
        return self.model_dump(mode="json", include={n for n in names if self.said(n)})

    def differs(self, plan: Plan) -> bool:
        """Say whether anything that the push says of the plan does not hold."""
        told = {name for name in self.model_fields_set if name != "cease_reason"}
        return any(getattr(plan, name) != getattr(self, name) for name in told)


def plan_faults(plans: Sequence[PlanPart]) -> Iterable[ValidationError]:
    """Return what is wrong with plans, whatever is on record."""
    references = [plan.reference for plan in plans]
    for i, plan in enumerate(plans):
        if plan.plan_type is not None and plan.plan_type not in plan_types():
            detail = "There is no plan type of this code."
            yield ValidationError("unknown-plan-type", detail, f"/plans/{i}/plan_type")
        if plan.starts_on and plan.ends_on and plan.ends_on < plan.starts_on:
            yield _before_start(i)
        if plan.ends_on is None and plan.cease_reason is not None:
            detail = "Only a plan that ends can have a reason for ending."
            yield ValidationError("go-together", detail, f"/plans/{i}/cease_reason")
        if plan.reference in references[:i]:
            detail = "Another plan of this push has this reference."
            yield ValidationError("repeated", detail, f"/plans/{i}/reference")


def _before_start(index: int) -> ValidationError:
    detail = "A plan cannot end before it starts."
    return ValidationError("before-start", detail, f"/plans/{index}/ends_on")


async def missing_of_plans(
    uow: UnitOfWork, child: Child | None, parts: Sequence[PlanPart]
) -> list[ValidationError]:
    """Return a fault for each field left out that a plan which is not on record needs."""
    plans = await uow.all(Plan, child_id=child.id, unseen=True) if child and parts else []
    known = {one.reference for one in plans}
    places = [(i, part) for i, part in enumerate(parts) if part.reference not in known]
    return [fault for i, part in places for fault in left_out(part, f"/plans/{i}")]


async def record_plans(
    uow: UnitOfWork, child: Child, parts: Sequence[PlanPart] | None, day: date
) -> None:
    """Record all plans that a child has from a day on; one that is no longer there ends."""
    if parts is None:
        return
    known = {one.reference: one for one in await uow.all(Plan, child_id=child.id, unseen=True)}
    for index, part in enumerate(parts):
        plan = known.get(part.reference)
        if plan is None:
            plan = known[part.reference] = _new_plan(uow, child, part, day)
        _open_again(uow, plan, part, day)
        await _amend(uow, plan, part, day)
        _end(uow, plan, part, day, index)
    await _list(uow, child, [part.reference for part in parts], day)
    await _end_unlisted(uow, child, known.values())


def _new_plan(uow: UnitOfWork, child: Child, part: PlanPart, day: date) -> Plan:
    assert part.plan_type is not None
    assert part.starts_on is not None
    return uow.add(
        Plan(
            id=uuid4(),
            child_id=child.id,
            reference=part.reference,
            plan_type=part.plan_type,
            names_service=bool(part.names_service),
            starts_on=part.starts_on,
            review_due_on=part.review_due_on,
            said_on={"starts_on": day.isoformat()},
        )
    )


async def _amend(uow: UnitOfWork, plan: Plan, part: PlanPart, day: date) -> None:
    """Take over what the plan says from a day on, and its first day, and publish what is new."""
    told = await uow.all(PlanSays, plan_id=plan.id, unseen=True)
    before = {} if plan.void else changes(told)
    plan.void = False

    def made(of: date, said: State) -> PlanSays:
        return PlanSays(plan_id=plan.id, from_on=of, until_on=of, said=said)

    for row in tell(told, day, part.terms, made):
        uow.add(row)
    newest = part.starts_on is not None and plan.is_newest("starts_on", day)
    moved = newest and part.starts_on != plan.starts_on
    if moved and part.starts_on is not None:
        plan.starts_on = part.starts_on
    rows = await uow.all(PlanSays, plan_id=plan.id, unseen=True)
    _refuse_after_end(plan, to_tell(before, rows) if before else {}, moved=moved)
    await publish_terms(uow, plan, before, moved=moved)


def _refuse_after_end(plan: Plan, new: Iterable[date], *, moved: bool) -> None:
    """Refuse what a plan says from after its end on; one that is only unlisted may go on."""
    ended = None if plan.left_out else plan.ends_on
    if ended is not None and (moved or any(day > ended for day in new)):
        raise PlanClosed


async def publish_terms(
    uow: UnitOfWork,
    plan: Plan,
    was: dict[date, State],
    *,
    moved: bool = False,
    told: date | None = None,
) -> None:
    """Publish what the plan says from each day of which that was not so; the last day's last.

    Of the day ``told`` it is published already; one that moved is published anew.
    """
    rows = await uow.all(PlanSays, plan_id=plan.id, unseen=True)
    new, now = to_tell(was, rows), changes(rows)
    first, last = min(now), max(now)
    plan.hold(PlanTerms.of(now[last]))
    days = [day for day in new if day != told] + ([last] if moved else [])
    if (days or told) and [told, *days][-1] != last:
        days.append(last)
    for day in dict.fromkeys(days):
        since = plan.starts_on if day == first else max(day, plan.starts_on)
        uow.emit(plan, plan.name(PlanTerms.of(on(rows, day)), since))


def _open_again(uow: UnitOfWork, plan: Plan, part: PlanPart, day: date) -> None:
    """Open a plan again where the newest push that speaks of its end says that it has none."""
    opens = part.said("ends_on") and part.ends_on is None and plan.is_newest("ends_on", day)
    if opens and plan.ends_on is not None:
        uow.emit(plan, plan.reinstate())


def _end(uow: UnitOfWork, plan: Plan, part: PlanPart, day: date, index: int) -> None:
    """End a plan as the newest push that speaks of its end says."""
    if part.ends_on is None or not plan.is_newest("ends_on", day):
        return
    if part.ends_on < plan.starts_on:
        raise Rejected(errors=[_before_start(index)])
    if plan.left_out:
        uow.emit(plan, plan.reinstate())
    _cease(uow, plan, part.ends_on, part.cease_reason, f"plans/{index}")


def _cease(uow: UnitOfWork, plan: Plan, on: date, reason: str | None, place: str) -> None:
    """End a plan; one that has ended stays as it is, and a reason left out says nothing."""
    reason = reason or plan.cease_reason or "other"
    if plan.ends_on is None:
        uow.emit(plan, plan.cease(on, reason))
        return
    fields: dict[str, tuple[object, object]] = {
        f"{place}/ends_on": (plan.ends_on, on),
        f"{place}/cease_reason": (plan.cease_reason, reason),
    }
    refuse_other(PlanClosed, fields)


async def _list(uow: UnitOfWork, child: Child, references: Sequence[str], day: date) -> None:
    listed = await uow.all(ListedPlans, child_id=child.id, unseen=True)

    def made(of: date, said: State) -> ListedPlans:
        return ListedPlans(child_id=child.id, from_on=of, until_on=of, said=said)

    for row in tell(listed, day, {"plans": sorted(references)}, made):
        uow.add(row)


async def _end_unlisted(uow: UnitOfWork, child: Child, plans: Iterable[Plan]) -> None:
    """End what is no longer listed with the day before; go on with what is listed again."""
    listed = changes(await uow.all(ListedPlans, child_id=child.id, unseen=True))
    for plan in plans:
        gone = _gone_on(listed, plan.reference)
        last = gone and max(gone - timedelta(days=1), plan.starts_on)
        if plan.left_out and plan.ends_on != last:
            uow.emit(plan, plan.reinstate())
        if last and plan.ends_on is None and not plan.void:
            uow.emit(plan, plan.cease(last, UNLISTED))
            plan.left_out = True


def _gone_on(listed: dict[date, State], reference: str) -> date | None:
    """Return the first day, since a plan was listed last, whose list lacks it."""
    there = [day for day, state in listed.items() if reference in state["plans"]]
    return next((day for day in listed if there and day > there[-1]), None)

"""What held of a child on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from libs.common.core.dated import changes, on
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Column, Filter, named
from services.referral.children.domain import Characteristics, Child, Plan, PlanTerms
from services.referral.children.history import ChildSchool, PlanSays
from services.referral.children.telling import characteristics_of, schools_of
from services.referral.children.upn import FormerUpn, NewIdentity


async def school_on(reading: ReadTransaction, child_id: UUID, day: date) -> UUID:
    """Return the school whose roll the child was on that day; before the first known, the first."""
    school_id: UUID = on(await schools_of(reading, child_id), day)["school_id"]
    return school_id


async def schools_on(
    reading: ReadTransaction, children: Iterable[UUID], day: date
) -> dict[UUID, UUID]:
    """Return the school of each child on a day, asking once for all."""
    ids = list(dict.fromkeys(children))
    await reading.rows.load(ChildSchool, ("child_id",), [(id_,) for id_ in ids], None)
    return {id_: await school_on(reading, id_, day) for id_ in ids}


async def characteristics_on(
    reading: ReadTransaction, child_id: UUID, day: date
) -> tuple[date, Characteristics]:
    """Return what was so of the child on a day, and since when."""
    known = changes(await characteristics_of(reading, child_id))
    since = max((one for one in known if one <= day), default=min(known))
    return since, Characteristics.of(known[since])


@dataclass(frozen=True, slots=True)
class PlanThen:
    """A plan, and what it said on a day."""

    plan: Plan
    terms: PlanTerms


async def plans_on(
    reading: ReadTransaction, child_id: UUID, day: date, *, unseen: bool = True
) -> Sequence[PlanThen]:
    """Return a child's plans with what each said on a day, in force that day or not."""
    plans = await reading.all(Plan, child_id=child_id, unseen=unseen)
    return [
        PlanThen(plan, await _terms_on(reading, plan, day))
        for plan in sorted(plans, key=lambda plan: (plan.starts_on, plan.reference))
        if not plan.void
    ]


async def plan_terms(reading: ReadTransaction, plan: Plan) -> dict[date, PlanTerms]:
    """Return what a plan said from each day on which that changed."""
    told = await reading.all(PlanSays, plan_id=plan.id, unseen=True)
    return {day: PlanTerms.of(state) for day, state in changes(told).items()}


async def former_upns(reading: ReadTransaction, child: Child) -> list[FormerUpn]:
    """Return the numbers that a child had, and those of the record before, oldest first."""
    found = await reading.all(FormerUpn, child_id=child.id, unseen=True)
    before = await reading.find(NewIdentity, child_id=child.id)
    if before is not None:
        [former] = await reading.all(Child, id=before.former_child_id, unseen=True)
        found += await former_upns(reading, former)
    return sorted(found, key=lambda one: (one.until_on, one.from_on))


async def _terms_on(reading: ReadTransaction, plan: Plan, day: date) -> PlanTerms:
    told = await reading.all(PlanSays, plan_id=plan.id, unseen=True)
    return PlanTerms.of(on(told, day)) if told else plan.terms


async def plan_on(reading: ReadTransaction, child_id: UUID, day: date) -> PlanThen | None:
    """Return the plan in force on a day that named the service then; the first of several."""
    plans = await plans_on(reading, child_id, day)
    naming = (one for one in plans if one.plan.active_on(day) and one.terms.names_service)
    return next(naming, None)


def by_child(column: Column) -> Filter:
    """Return the filter for what is of these children."""
    means = "By our id or as scheme/reference; several with commas between them."
    return named(column, Child.id, Child.scheme, Child.reference, means=means)

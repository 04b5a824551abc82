"""Children and their plans, as they are listed, found and shown."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from libs.common.core.fields import Code, Reference
from libs.common.http.requests import router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Key, Listing, add_reads, equal, true_or_false
from services.referral.children.access import FIELDS
from services.referral.children.api import ChildView, view_of
from services.referral.children.codes import YearGroup
from services.referral.children.corrections_api import PlanHistoryView, plan_history
from services.referral.children.domain import Child, Plan
from services.referral.children.history import ChildCharacteristics, ChildSchool, PlanSays
from services.referral.children.queries import by_child
from services.referral.parents.domain import Person, Relationship
from services.referral.schools.queries import by_school

routes = router()


async def _children(
    read: ReadTransaction, children: Sequence[Child], day: date | None
) -> list[ChildView]:
    """Show children, having loaded all that is shown of them at once."""
    ids = [(one.id,) for one in children]
    for kind in (ChildSchool, ChildCharacteristics, Plan, Relationship):
        await read.rows.load(kind, ("child_id",), ids, None)
    related = [row for id_ in ids for row in await read.all(Relationship, child_id=id_[0])]
    await read.rows.load(Person, ("id",), [(one.person_id,) for one in related], None)
    plans = [plan for id_ in ids for plan in await read.all(Plan, child_id=id_[0])]
    await read.rows.load(PlanSays, ("plan_id",), [(plan.id,) for plan in plans], None)
    return [await view_of(read, child, day or date.max) for child in children]


CHILDREN: Final = Listing(
    things="children",
    one="child",
    kind=Child,
    view=ChildView,
    views=_children,
    permission="child.read",
    tag="children",
    summary="List children, as now or as it was true on a day; by name they are searched for.",
    keys=[
        Key(
            "by-reference/{scheme}/{reference:path}",
            {"scheme": (Child.scheme, Code), "reference": (Child.reference, Reference)},
        )
    ],
    filters={
        "school": by_school(Child.school_id),
        "year_group": equal(Child.year_group, YearGroup),
        "looked_after": true_or_false(Child.looked_after),
        "pupil_premium": true_or_false(Child.pupil_premium),
        "eal": true_or_false(Child.eal),
    },
    days={"registered_on": Child.registered_on},
    sorts={"registered_on": Child.registered_on, "year_group": Child.year_group},
    dated=True,
    as_of=lambda day: Child.registered_on <= day,
    fields=FIELDS,
)
add_reads(routes, CHILDREN)


async def _plans(
    read: ReadTransaction, plans: Sequence[Plan], _: date | None
) -> list[PlanHistoryView]:
    await read.rows.load(PlanSays, ("plan_id",), [(plan.id,) for plan in plans], None)
    return [await plan_history(read, plan) for plan in plans]


PLANS: Final = Listing(
    things="plans",
    one="plan",
    kind=Plan,
    view=PlanHistoryView,
    views=_plans,
    permission="child.read",
    tag="children",
    summary="List plans, each with what it said from which day on.",
    filters={
        "child": by_child(Plan.child_id),
        "reference": equal(Plan.reference, Reference),
        "plan_type": equal(Plan.plan_type),
        "names_service": true_or_false(Plan.names_service),
    },
    days={
        "starts_on": Plan.starts_on,
        "ends_on": Plan.ends_on,
        "review_due_on": Plan.review_due_on,
    },
    sorts={"starts_on": Plan.starts_on, "review_due_on": Plan.review_due_on},
)
add_reads(routes, PLANS)

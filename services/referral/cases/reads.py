"""Cases, who teaches in them and their pauses, as they are listed, found and shown."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from sqlalchemy import select

from libs.common.core.fields import Day, Identifier, of_codes
from libs.common.http.requests import router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Filter, Listing, PartOf, Within, add_reads, each, equal, several
from services.referral.cases.api.allocations import AllocationView
from services.referral.cases.api.colleagues import ColleagueView
from services.referral.cases.api.pauses import PauseView
from services.referral.cases.api.views import CaseView, views
from services.referral.cases.codes import PauseReason, PlanPrompt, State
from services.referral.cases.domain import Case, CaseColleague, CaseHolder, Pause
from services.referral.cases.prompts import UNNAMED_ON, prompt
from services.referral.cases.queries import in_state, next_review, of_case, open_on
from services.referral.children.domain import Child
from services.referral.children.queries import by_child
from services.referral.staff.queries import by_staff, by_team

routes = router()


class CaseOnListView(CaseView):
    """A case with the child's names, the day by which the plan is reviewed next, and a prompt.

    That day is the one told with the plan; it is null from the review until another is told.
    ``plan_prompt`` says, of an open case as it is today, why a plan has to follow or support to
    end: from a term before the last day on which a plan names the service.
    """

    forename: str | None
    surname: str
    child_reference: str
    next_review_due_on: date | None
    plan_prompt: Annotated[str, of_codes(PlanPrompt)] | None


async def cases_shown(
    read: ReadTransaction, cases: Sequence[Case], day: date | None
) -> list[CaseOnListView]:
    """Show cases as they were held on a day, with the child's names and the next review."""
    shown = await views(read, cases, day or read.today())
    await read.rows.load(Child, ("id",), [(case.child_id,) for case in cases], None)
    ids = [case.id for case in cases]
    due, prompts = await reviews_due(read, ids), await plan_prompts(read, ids)
    return [await _named(read, one, due[one.case_id], prompts[one.case_id]) for one in shown]


async def reviews_due(read: ReadTransaction, cases: Sequence[UUID]) -> dict[UUID, date | None]:
    """Return the day by which the plan of each case is reviewed next."""
    query = select(Case.id, next_review()).where(Case.id.in_(cases))
    return {row[0]: row[1] for row in await read.connection.execute(query)}


async def plan_prompts(
    read: ReadTransaction, cases: Sequence[UUID]
) -> dict[UUID, PlanPrompt | None]:
    """Return why each case needs a plan that follows or an end, as it is today."""
    query = select(Case.id, prompt(read.today())).where(Case.id.in_(cases))
    return {row[0]: row[1] for row in await read.connection.execute(query)}


async def _named(
    read: ReadTransaction, view: CaseView, due: date | None, why: PlanPrompt | None
) -> CaseOnListView:
    [child] = await read.all(Child, id=view.child_id, unseen=True)
    return CaseOnListView(
        **dict(view),
        forename=child.forename or None,
        surname=child.surname,
        child_reference=child.reference,
        next_review_due_on=due,
        plan_prompt=why,
    )


CASELOAD: Final = Listing(
    things="cases",
    one="case",
    kind=Case,
    view=CaseOnListView,
    views=cases_shown,
    permission="case.read",
    tag="cases",
    summary="List the caseload on a day (by default today); teacher, team and school are of that"
    " day. Where `state` or `ids` are asked for and no day is, cases are listed open or not.",
    filters={
        "child": by_child(Case.child_id),
        "staff": by_staff(Case.staff_id),
        "team": by_team(Case.team_id),
        "referral": equal(Case.referral_id, Identifier),
        "state": Filter(several(State), in_state, "In one of these states now."),
        "plan_type": equal(Case.plan_type),
        "unnamed_on": UNNAMED_ON,
    },
    days={"started_on": Case.started_on, "ended_on": Case.ended_on, "next_review": next_review()},
    sorts={"started_on": Case.started_on, "next_review": next_review()},
    dated=True,
    as_of=open_on,
    instead=frozenset({"ids", "state", "referral"}),
)
add_reads(routes, CASELOAD)


def _part(kind: type[Any], **declared: Any) -> None:
    """Have a part of a case be listed, of all cases and of one, and one be shown."""
    of = PartOf(Case, kind.case_id)
    within = [Within(Case, f"cases/{{case_id}}/{declared['things']}", {"case_id": kind.case_id})]
    within += declared.pop("within", ())
    filters = of_case(kind.case_id) | declared.pop("filters")
    part = Listing(
        kind=kind,
        permission="case.read",
        tag="cases",
        part_of=of,
        within=within,
        filters=filters,
        **declared,
    )
    add_reads(routes, part)


_part(
    CaseHolder,
    things="allocations",
    one="allocation",
    view=AllocationView,
    views=each(AllocationView.of),
    summary="List who led which case from which day on.",
    item="/v1/cases/{case_id}/allocations/{from_on}",
    at={"case_id": (CaseHolder.case_id, Identifier), "from_on": (CaseHolder.from_on, Day)},
    filters={"staff": by_staff(CaseHolder.staff_id), "team": by_team(CaseHolder.team_id)},
    days={"from_on": CaseHolder.from_on},
    sorts={"from_on": CaseHolder.from_on},
)
_part(
    CaseColleague,
    things="colleagues",
    one="colleague",
    view=ColleagueView,
    views=each(ColleagueView.of),
    summary="List who worked on which case beside its lead.",
    item="/v1/cases/{case_id}/colleagues/{staff_id}/{from_on}",
    at={
        "case_id": (CaseColleague.case_id, Identifier),
        "staff_id": (CaseColleague.staff_id, Identifier),
        "from_on": (CaseColleague.from_on, Day),
    },
    within=[
        Within(
            Case,
            "cases/{case_id}/colleagues/{staff_id}",
            {"case_id": CaseColleague.case_id, "staff_id": CaseColleague.staff_id},
        )
    ],
    filters={"staff": by_staff(CaseColleague.staff_id), "team": by_team(CaseColleague.team_id)},
    days={"from_on": CaseColleague.from_on, "until_on": CaseColleague.until_on},
    sorts={"from_on": CaseColleague.from_on},
)
_part(
    Pause,
    things="pauses",
    one="pause",
    view=PauseView,
    views=each(PauseView.of),
    summary="List pauses of support.",
    item="/v1/cases/{case_id}/pauses/{paused_on}",
    at={"case_id": (Pause.case_id, Identifier), "paused_on": (Pause.paused_on, Day)},
    filters={"reason": equal(Pause.reason, PauseReason)},
    days={"paused_on": Pause.paused_on, "resumed_on": Pause.resumed_on},
    sorts={"paused_on": Pause.paused_on},
)

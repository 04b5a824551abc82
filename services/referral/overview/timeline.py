"""What became of a child from day to day: schools, plans, referrals, support, risk, exclusions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import ColumnElement, select

from libs.common.core.dated import changes
from libs.common.core.fields import Day, Identifier
from libs.common.http.requests import Read, etag, permission, router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import permitted
from libs.common.reading.timeline import EntryView, TimelineView
from services.referral.cases.domain import Case, CaseHolder, Pause, Review, RiskAssessment
from services.referral.children.domain import Child, Plan
from services.referral.children.telling import characteristics_of, schools_of
from services.referral.exclusions.domain import Exclusion
from services.referral.referrals.domain import Referral

routes = router()


@dataclass(frozen=True)
class Source:
    """Rows that say what took place: of each day's column, what it was and the code's column."""

    thing: str
    kind: Any
    action: str
    days: Mapping[str, tuple[str, str | None]]
    of_case: bool = False

    def rows(self, child_id: UUID) -> ColumnElement[bool]:
        """Return the condition to be of a child."""
        if not self.of_case:
            of_child: ColumnElement[bool] = self.kind.child_id == child_id
            return of_child
        cases = select(Case.id).where(Case.child_id == child_id, ~Case.void)
        of_cases: ColumnElement[bool] = self.kind.case_id.in_(cases)
        return of_cases

    def entries(self, row: Any) -> Iterator[EntryView]:
        """Yield what a row says."""
        of = row.case_id if self.of_case and not hasattr(row, "id") else row.id
        for column, (what, code) in self.days.items():
            if (day := getattr(row, column)) is not None:
                said = getattr(row, code) if code else None
                yield EntryView(on=day, what=what, thing=self.thing, id=of, code=said)


SOURCES: Final = (
    Source(
        "plans",
        Plan,
        "child.read",
        {
            "starts_on": ("plan-started", "plan_type"),
            "ends_on": ("plan-ended", "cease_reason"),
        },
    ),
    Source(
        "referrals",
        Referral,
        "referral.read",
        {
            "submitted_on": ("referral-submitted", None),
            "checked_on": ("eligibility-checked", "answer"),
            "decided_on": ("referral-decided", "state"),
            "withdrawn_on": ("referral-withdrawn", "withdrawn_for"),
        },
    ),
    Source(
        "cases",
        Case,
        "case.read",
        {
            "started_on": ("support-started", "plan_type"),
            "ended_on": ("support-ended", "end_reason"),
        },
    ),
    Source("cases", CaseHolder, "case.read", {"from_on": ("teacher-allocated", None)}, True),
    Source(
        "cases",
        Pause,
        "case.read",
        {"paused_on": ("support-paused", "reason"), "resumed_on": ("support-resumed", None)},
        True,
    ),
    Source(
        "reviews",
        Review,
        "review.read",
        {
            "held_on": ("plan-reviewed", "recommendation"),
            "decided_on": ("continuation-decided", "decision"),
        },
        True,
    ),
    Source("cases", RiskAssessment, "risk.read", {"assessed_on": ("risk-assessed", "level")}, True),
    Source(
        "exclusions",
        Exclusion,
        "exclusion.read",
        {
            "starts_on": ("excluded", "category"),
            "upheld_on": ("exclusion-upheld", None),
            "rescinded_on": ("exclusion-rescinded", "ground"),
        },
    ),
)


@routes.get(
    "/v1/children/{child_id}/timeline", openapi_extra=permission("child.read"), tags=["children"]
)
async def get_timeline(
    child_id: Identifier,
    read: Read,
    response: Response,
    on_from: Annotated[Day | None, Query()] = None,
    on_until: Annotated[Day | None, Query()] = None,
) -> TimelineView:
    """Show what became of a child, from day to day; results are on assessment's own time line."""
    child = await read.get(Child, child_id)
    etag(response, read, child)
    actions = sorted({source.action for source in SOURCES})
    may = (await permitted(read, Child, [child.id], actions))[child.id]
    found = await _of_the_child(read, child)
    for source in SOURCES:
        if source.action in may:
            found += await _from(read, source, child.id)
    first, last = on_from or date.min, on_until or date.max
    entries = [entry for entry in found if first <= entry.on <= last]
    withheld = [action.partition(".")[0] for action in actions if action not in may]
    return TimelineView.of(child.id, entries, withheld)


async def _of_the_child(read: ReadTransaction, child: Child) -> list[EntryView]:
    """Return where the child went to school, and in which year group, from which day on."""
    told: list[tuple[str, Sequence[Any], str]] = [
        ("school", await schools_of(read, child.id), "school_id"),
        ("year-group", await characteristics_of(read, child.id), "year_group"),
    ]
    return [
        EntryView(on=day, what=what, thing="children", id=child.id, code=str(state[name]))
        for what, rows, name in told
        for day, state in changes(rows).items()
    ]


async def _from(read: ReadTransaction, source: Source, child_id: UUID) -> list[EntryView]:
    query = select(source.kind).where(source.rows(child_id), ~source.kind.void)
    return [entry for row in await read.chosen(query) for entry in source.entries(row)]

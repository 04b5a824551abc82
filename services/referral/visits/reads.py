"""School weeks' visits, as they are listed and shown."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists
from sqlalchemy.orm import aliased

from libs.common.core.fields import Day, Identifier
from libs.common.http.requests import router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Filter, Listing, PartOf, add_reads
from services.referral.cases.domain import Case, CaseHolder, VisitWeek
from services.referral.cases.holding import day_of_week, lead_on
from services.referral.cases.queries import of_case
from services.referral.staff.queries import by_staff
from services.referral.visits.api import VisitsView

routes = router()
_lead, _next = aliased(CaseHolder), aliased(CaseHolder)


class TaughtView(VisitsView):
    """A school week's visits, and whose they are: the case's teacher then."""

    staff_id: UUID


async def _views(
    read: ReadTransaction, weeks: Sequence[VisitWeek], _: date | None
) -> list[TaughtView]:
    ids = [(week.case_id,) for week in weeks]
    await read.rows.load(Case, ("id",), ids, None)
    await read.rows.load(CaseHolder, ("case_id",), ids, None)
    return [await _view(read, week) for week in weeks]


async def _view(read: ReadTransaction, week: VisitWeek) -> TaughtView:
    of = await read.get(Case, week.case_id)
    staff_id = await lead_on(read, of, day_of_week(of, week.week_beginning))
    return TaughtView(**dict(VisitsView.of(week)), staff_id=staff_id)


def _taught_by(values: Any) -> ColumnElement[bool]:
    """Return the condition that a week was one of these teachers': see `holding.lead_on`."""
    begins = VisitWeek.week_beginning
    day = case((begins < Case.started_on, Case.started_on), else_=begins)
    later = (
        exists()
        .where(
            _next.case_id == Case.id,
            ~_next.void,
            _next.from_on > _lead.from_on,
            _next.from_on <= day,
        )
        .correlate_except(_next)
    )
    return exists().where(
        _lead.case_id == Case.id,
        ~_lead.void,
        _lead.from_on <= day,
        by_staff(_lead.staff_id).where(values),
        ~later,
    )


STAFF: Final = by_staff(CaseHolder.staff_id)

VISITS: Final = Listing(
    things="visits",
    one="school_week",
    kind=VisitWeek,
    view=TaughtView,
    views=_views,
    permission="visit.read",
    tag="cases",
    summary="List school weeks of visits; `staff` is whose they were then.",
    part_of=PartOf(Case, VisitWeek.case_id),
    item="/v1/cases/{case_id}/visits/{week_beginning}",
    at={
        "case_id": (VisitWeek.case_id, Identifier),
        "week_beginning": (VisitWeek.week_beginning, Day),
    },
    filters={
        **of_case(VisitWeek.case_id),
        "staff": Filter(STAFF.type, _taught_by, "Of the teacher of then."),
    },
    days={"week_beginning": VisitWeek.week_beginning},
    sorts={"week_beginning": VisitWeek.week_beginning},
)
add_reads(routes, VISITS)

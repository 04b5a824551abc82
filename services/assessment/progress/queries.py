"""What a child's progress is told from: their results, their support, and the year's criteria."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, literal, or_, select

from libs.common.core.clock import AcademicYear
from libs.common.core.errors import NotFound
from libs.common.core.progress import Criteria
from libs.common.core.terms import Span, terms_of
from libs.common.persistence.tables import event
from libs.common.persistence.uow import ReadTransaction
from services.assessment.caseload import records_of
from services.assessment.criteria.domain import CriteriaSet
from services.assessment.known import KnownCase, KnownChild, KnownHolder
from services.assessment.results.access import of_child
from services.assessment.results.domain import Result
from services.assessment.windows.domain import Windows


async def results_of(read: ReadTransaction, child_id: UUID) -> list[Result]:
    """Return a child's results, in the order in which they were first recorded.

    Raises NotFound for a child that the caller does not reach, and for one that is not known.
    """
    reached = literal(value=True) if read.access.everything else of_child(read.access, child_id)
    known = select(KnownChild.child_id).where(KnownChild.child_id == child_id, reached)
    if (await read.connection.execute(known)).first() is None:
        raise NotFound(code="not-found", detail="There is no such child.")
    theirs = or_(Result.child_id == child_id, Result.child_id.in_(records_of(child_id)))
    query = select(Result).where(theirs, read.visible(read.access, Result))
    return await _first_recorded(read, await read.chosen(query))


async def _first_recorded(read: ReadTransaction, results: Sequence[Result]) -> list[Result]:
    """Return results in the order in which they were first recorded."""
    ids = [result.id for result in results]
    query = select(event.c.subject, event.c.time).where(
        event.c.subject.in_(ids), event.c.sequence == 1
    )
    times = {row[0]: row[1] for row in await read.connection.execute(query)}
    return sorted(results, key=lambda one: (times[one.id], one.id))


async def spells_of(read: ReadTransaction, child_id: UUID) -> list[Span]:
    """Return the first and last day of each case of a child, in whichever record of theirs."""
    began = (
        select(KnownHolder.case_id, func.min(KnownHolder.from_on).label("on"))
        .where(~KnownHolder.void)
        .group_by(KnownHolder.case_id)
        .subquery()
    )
    theirs = (KnownCase.child_id == child_id) | KnownCase.child_id.in_(records_of(child_id))
    query = (
        select(began.c.on, KnownCase.ended_on)
        .join(KnownCase, KnownCase.case_id == began.c.case_id)
        .where(theirs, ~KnownCase.void)
    )
    return [(on, ended or date.max) for on, ended in await read.connection.execute(query)]


async def terms_in(read: ReadTransaction, year: AcademicYear) -> Sequence[Span]:
    """Return a year's terms, by the county's windows or those that hold without."""
    windows = await read.find(Windows, academic_year=year.label)
    return terms_of(year, windows.ends if windows else None)


async def in_force(read: ReadTransaction, year: AcademicYear) -> CriteriaSet | None:
    """Return the criteria in force for a year; None where none were adopted (domain brief 13.6).

    They are the latest version that both had signed by the year's last day or, if none was, the
    first that was signed for it. Where the day of signing is not on record, that of adoption is.
    """
    versions = await read.all(CriteriaSet, academic_year=year.label, unseen=True)
    adopted = sorted((o for o in versions if o.signed_by and not o.void), key=lambda o: o.version)
    in_time = [one for one in adopted if _signed(one) <= year.last_day]
    return in_time[-1] if in_time else min(adopted, key=_signed, default=None)


def _signed(criteria: CriteriaSet) -> date:
    return max(criteria.adopted_on, criteria.signed_on or criteria.adopted_on)


def rules_of(criteria: CriteriaSet) -> Criteria:
    """Return criteria as gains are judged by them."""
    return Criteria(
        progress=[(o["scale"], o["grade"], o["at_least_tenths"]) for o in criteria.progress],
        minimum_months=criteria.minimum_months,
        minimum_terms=criteria.minimum_terms_on_caseload,
        minimum_judged=criteria.minimum_judged,
    )

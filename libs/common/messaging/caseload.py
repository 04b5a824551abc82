"""Whose caseload a child is on, as a service that listens to referral keeps it from the events.

Each such service has tables of its own of these columns; what fills them and who reaches what by
them (domain brief 10) is one and the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    Table,
    exists,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from libs.common.contracts.base import Recorded
from libs.common.contracts.referral import (
    AllocationCorrected,
    AllocationVoided,
    CaseVoided,
    ColleagueAllocated,
    ColleagueVoided,
    EndingCorrected,
    EndingVoided,
    SupportEnded,
    SupportStarted,
    TeacherAllocated,
)
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.persistence.access import Access
from libs.common.security import Reach, first_handed_over, within_handover

Rows = Iterable[dict[str, Any]]


class CaseColumns(MappedAsDataclass, kw_only=True):
    """A case that referral has opened."""

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(index=True)
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(String(40))
    void: Mapped[bool] = mapped_column(server_default=false())
    """Whether it was opened by mistake."""


class HolderColumns(MappedAsDataclass, kw_only=True):
    """Who leads a case from a day on, until the next does."""

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID | None] = mapped_column(index=True)
    team_id: Mapped[UUID | None] = mapped_column(index=True)
    void: Mapped[bool]


class ColleagueColumns(MappedAsDataclass, kw_only=True):
    """Who works on a case beside its lead, from a day on and until another, where known."""

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    team_id: Mapped[UUID | None] = mapped_column(index=True)
    until_on: Mapped[date | None]
    void: Mapped[bool]


@dataclass(frozen=True)
class Caseload:
    """A service's own tables of children, cases and who holds these."""

    child: Table
    """Of children, with ``child_id`` and ``merged_into``."""
    case: Table
    holder: Table
    colleague: Table

    def listen(self, subscriptions: Subscriptions) -> None:
        """Have referral's events fill the tables of cases."""
        learn, fills = subscriptions.learn, subscriptions.fills
        learn(SupportEnded, self.case, "case_id", "child_id", "ended_on", end_reason="reason")
        learn(EndingCorrected, self.case, "case_id", "child_id", "ended_on", "end_reason")
        # A case's last day may be to come.
        fills(EndingVoided, self.case)(lambda _: ({"ended_on": None, "end_reason": None},))
        fills(SupportStarted, self.case)(_stands)  # it may have been withdrawn before
        fills(CaseVoided, self.case)(_is_void)
        fills(TeacherAllocated, self.holder)(_allocated)
        fills(AllocationCorrected, self.holder)(_allocated_otherwise)
        fills(AllocationVoided, self.holder)(_not_allocated)
        fills(ColleagueAllocated, self.colleague)(_stands)
        fills(ColleagueVoided, self.colleague)(_is_void)

    def records_of(self, child_id: Any) -> Select[Any]:
        """Return the ids of all records of a child: of those merged each finds the others."""
        own, one = self.child.alias(), self.child.alias()
        into = select(own.c.merged_into).where(own.c.child_id == child_id).correlate_except(own)
        stays = func.coalesce(into.scalar_subquery(), child_id)
        theirs = or_(one.c.child_id == stays, one.c.merged_into == stays)
        return select(one.c.child_id).where(theirs).correlate_except(one)

    def reached(self, access: Access, child_id: Any) -> ColumnElement[bool]:
        """Return the condition that a child is on the caller's own or their teams' caseload."""
        if access.everything:
            return true()
        case = self.case.alias()  # which no query around it can take for its own
        theirs = or_(case.c.child_id == child_id, case.c.child_id.in_(self.records_of(child_id)))
        return exists().where(theirs, self.held(access, case))

    def held(self, access: Access, case: FromClause) -> ColumnElement[bool]:
        """Return the condition that a case is the caller's own or their teams', and still reached.

        It is to its last day, to the day before another took it over and, beside that teacher, to
        the last day of working together; and for as long after each as the handover takes.
        """
        holder, next_, colleague = self.holder.alias(), self.holder.alias(), self.colleague.alias()
        taken_over = exists().where(
            next_.c.case_id == holder.c.case_id,
            ~next_.c.void,
            next_.c.from_on > holder.c.from_on,
            next_.c.from_on <= first_handed_over(access.today),
        )
        lead = exists().where(
            holder.c.case_id == case.c.case_id, ~holder.c.void, _mine(access, holder), ~taken_over
        )
        beside = exists().where(
            colleague.c.case_id == case.c.case_id,
            ~colleague.c.void,
            _mine(access, colleague),
            within_handover(colleague.c.until_on, access.today),
        )
        return ~case.c.void & within_handover(case.c.ended_on, access.today) & (lead | beside)


def _mine(access: Access, holder: FromClause) -> ColumnElement[bool]:
    mine: ColumnElement[bool] = false()
    if Reach.TEAM in access.reaches:
        mine = mine | holder.c.team_id.in_(access.actor.teams)
    if Reach.OWN in access.reaches and access.actor.staff_id is not None:
        mine = mine | (holder.c.staff_id == access.actor.staff_id)
    return mine


def _stands(_: Recorded[Any]) -> Rows:
    return ({"void": False},)


def _is_void(_: Recorded[Any]) -> Rows:
    return ({"void": True},)


def _allocated(told: Recorded[TeacherAllocated]) -> Rows:
    yield {"from_on": told.event.allocated_on, "void": False}


def _allocated_otherwise(told: Recorded[AllocationCorrected]) -> Rows:
    """Who leads a case from a day on, and from which day nobody does."""
    yield {"from_on": told.event.allocated_on, "void": False}
    if told.event.formerly_on is not None:
        yield {"from_on": told.event.formerly_on, "void": True}


def _not_allocated(told: Recorded[AllocationVoided]) -> Rows:
    yield {"from_on": told.event.allocated_on, "void": True}

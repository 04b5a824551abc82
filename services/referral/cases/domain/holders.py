"""Who teaches a supported child from which day: one who leads the case, and others beside."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.persistence.db import refers_to
from services.referral.tables import Owned


class CaseHolder(Owned, kw_only=True):
    """Who leads a case from a day on, until the next does. What was withdrawn stays, void."""

    __tablename__ = "case_holder"
    __table_args__ = (Index(None, "from_on", "case_id"),)

    case_id: Mapped[UUID] = mapped_column(refers_to("case_.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(refers_to("staff_member.id"), index=True)
    team_id: Mapped[UUID | None] = mapped_column(index=True)
    void: Mapped[bool] = mapped_column(default=False)


class CaseColleague(Owned, kw_only=True):
    """Who works on a case beside its lead, from a day on and until another, where that is known."""

    __tablename__ = "case_colleague"
    __table_args__ = (Index(None, "from_on", "case_id", "staff_id"),)

    case_id: Mapped[UUID] = mapped_column(refers_to("case_.id"), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(refers_to("staff_member.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    team_id: Mapped[UUID | None] = mapped_column(index=True)
    until_on: Mapped[date | None] = mapped_column(default=None)
    void: Mapped[bool] = mapped_column(default=False)


def standing(holders: Iterable[CaseHolder]) -> list[CaseHolder]:
    """Return those that were not withdrawn, the first first."""
    return sorted((one for one in holders if not one.void), key=lambda one: one.from_on)


def holder_on(holders: Iterable[CaseHolder], day: date) -> CaseHolder:
    """Return who leads on a day: who took over last by then, or the first where nobody had yet.

    A school week may begin before support does.
    """
    leads = standing(holders)
    return next((one for one in reversed(leads) if one.from_on <= day), leads[0])

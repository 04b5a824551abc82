"""What the service knows of others' things from their events."""

from datetime import date
from typing import Final, cast
from uuid import UUID

from sqlalchemy import String, Table
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.core.errors import Conflict
from libs.common.messaging.caseload import (
    CaseColumns,
    Caseload,
    ColleagueColumns,
    HolderColumns,
)
from services.assessment.tables import Owned


class KnownChild(Owned, kw_only=True):
    """A child that referral has registered."""

    __tablename__ = "known_child"

    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    school_id: Mapped[UUID | None]
    """Where they are now, as far as the events say."""
    school_on: Mapped[date | None]
    """The day from which they are there."""
    merged_into: Mapped[UUID | None] = mapped_column(default=None, index=True)
    """The record of the same child that stays."""


class ChildReference(Owned, kw_only=True):
    """A county's reference of a child, as somebody of the county handed it over.

    No event has it (ADR 0042).
    """

    __tablename__ = "child_reference"

    scheme: Mapped[str] = mapped_column(String(40), primary_key=True)
    reference: Mapped[str] = mapped_column(String(64), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(index=True)


class KnownStaff(Owned, kw_only=True):
    """A member of staff whom referral has appointed."""

    __tablename__ = "known_staff"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID | None]
    team_on: Mapped[date | None]
    """The day from which they are in that team."""
    reference: Mapped[str | None] = mapped_column(String(64), index=True)
    appointed_on: Mapped[date | None] = mapped_column(default=None)
    left_on: Mapped[date | None] = mapped_column(default=None)
    """Their last day, which may be to come."""


class KnownTeam(Owned, kw_only=True):
    """A team that referral has formed."""

    __tablename__ = "known_team"

    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(String(40), index=True)


class KnownSchool(Owned, kw_only=True):
    """A school that referral has recorded."""

    __tablename__ = "known_school"

    school_id: Mapped[UUID] = mapped_column(primary_key=True)
    urn: Mapped[int] = mapped_column(index=True)


class KnownCase(CaseColumns, Owned, kw_only=True):
    """A case that referral has opened."""

    __tablename__ = "known_case"


class KnownHolder(HolderColumns, Owned, kw_only=True):
    """Who leads a case from a day on, until the next does."""

    __tablename__ = "known_holder"


class KnownColleague(ColleagueColumns, Owned, kw_only=True):
    """Who works on a case beside its lead, from a day on and until another, where known."""

    __tablename__ = "known_colleague"


known_child = cast("Table", KnownChild.__table__)
known_staff = cast("Table", KnownStaff.__table__)
known_team = cast("Table", KnownTeam.__table__)
known_school = cast("Table", KnownSchool.__table__)
known_case = cast("Table", KnownCase.__table__)
known_holder = cast("Table", KnownHolder.__table__)
known_colleague = cast("Table", KnownColleague.__table__)

CASELOAD: Final = Caseload(known_child, known_case, known_holder, known_colleague)


class NotYetKnown(Conflict):
    """Its events have not arrived yet, or there is no such thing."""

    headers = {"Retry-After": "1"}


def check_known(found: KnownChild | KnownStaff | KnownTeam | None, what: str, at: str) -> None:
    """Refuse, for now, a thing of others, named in a field, that is not heard of here yet."""
    if found is None:
        detail = f"This service has not heard of the {what} yet. Try again in a moment."
        refusal = NotYetKnown(detail=detail)
        refusal.at = at
        raise refusal

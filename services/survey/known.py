"""What the service knows of others' things from their events."""

from datetime import date
from typing import Final, cast
from uuid import UUID

from sqlalchemy import String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.core.errors import Conflict
from libs.common.messaging.caseload import (
    CaseColumns,
    Caseload,
    ColleagueColumns,
    HolderColumns,
)
from services.survey.tables import Owned

DECEASED: Final = "deceased"
"""The reason for which a case ends when its child has died."""


class KnownChild(Owned, kw_only=True):
    """A child that referral has registered; where merged, the record of the child that stays."""

    __tablename__ = "known_child"

    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    merged_into: Mapped[UUID | None] = mapped_column(default=None, index=True)
    closed_on: Mapped[date | None] = mapped_column(default=None)
    """From when nobody is asked about them under this record."""


class ChildReference(Owned, kw_only=True):
    """A county's reference of a child, as somebody of the county handed it over.

    No event has it (ADR 0042).
    """

    __tablename__ = "child_reference"

    scheme: Mapped[str] = mapped_column(String(40), primary_key=True)
    reference: Mapped[str] = mapped_column(String(64), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(index=True)


class KnownPerson(Owned, kw_only=True):
    """What is said of a parent or carer beside whose they are; of most, nothing is.

    ``same_as`` is the person that an id stands for: one given out before, or a merged record. It
    leads to who stays in two steps at the most.
    """

    __tablename__ = "known_person"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    same_as: Mapped[UUID | None] = mapped_column(default=None)
    withdrawn_on: Mapped[date | None] = mapped_column(default=None)


class KnownRelationship(Owned, kw_only=True):
    """Whose parent or carer a person is, until they are or may be asked no more."""

    __tablename__ = "known_relationship"

    relationship_id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(index=True)
    ended_on: Mapped[date | None]
    barred_on: Mapped[date | None]
    """The day from which they may have no letters, or no contact at all."""


class KnownStaff(Owned, kw_only=True):
    """A member of staff whom referral has appointed."""

    __tablename__ = "known_staff"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str | None] = mapped_column(String(64), index=True)


class KnownTeam(Owned, kw_only=True):
    """A team that referral has formed."""

    __tablename__ = "known_team"

    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), index=True)


class KnownSchool(Owned, kw_only=True):
    """A school that referral has recorded."""

    __tablename__ = "known_school"

    school_id: Mapped[UUID] = mapped_column(primary_key=True)
    urn: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str | None] = mapped_column(String(40), default=None)


class KnownContract(Owned, kw_only=True):
    """Of which team a member of staff is from a day on, until the next."""

    __tablename__ = "known_contract"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    team_id: Mapped[UUID | None]
    void: Mapped[bool]


class KnownArea(Owned, kw_only=True):
    """To which area a team belongs from a day on, until the next."""

    __tablename__ = "known_area"

    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    area: Mapped[str | None] = mapped_column(Text)
    void: Mapped[bool]


class KnownAttendance(Owned, kw_only=True):
    """To which school a child goes from a day on, until the next."""

    __tablename__ = "known_attendance"

    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    school_id: Mapped[UUID | None]
    void: Mapped[bool]


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
known_person = cast("Table", KnownPerson.__table__)
known_relationship = cast("Table", KnownRelationship.__table__)
known_staff = cast("Table", KnownStaff.__table__)
known_team = cast("Table", KnownTeam.__table__)
known_school = cast("Table", KnownSchool.__table__)
known_contract = cast("Table", KnownContract.__table__)
known_area = cast("Table", KnownArea.__table__)
known_attendance = cast("Table", KnownAttendance.__table__)
known_case = cast("Table", KnownCase.__table__)
known_holder = cast("Table", KnownHolder.__table__)
known_colleague = cast("Table", KnownColleague.__table__)

CASELOAD: Final = Caseload(known_child, known_case, known_holder, known_colleague)


class NotYetKnown(Conflict):
    """A child whose registration has not reached this service yet, or that nobody registered."""

    at = "child_id"
    detail = "This service has not heard of a child named here yet. Try again shortly."
    headers = {"Retry-After": "2"}


def check_known(child: KnownChild | None) -> None:
    """Refuse, for now, a child that this service has not heard of."""
    if child is None:
        raise NotYetKnown

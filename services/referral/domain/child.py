"""Children, and the parents or carers who are asked about them. Names never leave the service."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import (
    ChildCharacteristicsRecorded,
    ChildMovedSchool,
    ChildRegistered,
)
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.domain.tables import Owned

Sex = Literal["F", "M", "U"]


@dataclass(frozen=True, slots=True)
class Characteristics:
    """What is so of a child from a day on."""

    year_group: str
    needs: tuple[str, ...]
    pupil_premium: bool
    looked_after: bool
    eal: bool


@dataclass(frozen=True, slots=True)
class Particulars:
    """Who a child is: for people who work with them, and nobody else."""

    forename: str
    surname: str
    born_on: date
    sex: str
    upn: str | None


class Child(Aggregate, Owned, kw_only=True):
    """A child known to the service under the county's own reference."""

    __tablename__ = "child"
    __table_args__ = (UniqueConstraint("scheme", "reference"),)

    scheme: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(64))
    upn: Mapped[str | None] = mapped_column(String(13), index=True)
    forename: Mapped[str] = mapped_column(String(200))
    surname: Mapped[str] = mapped_column(String(200))
    born_on: Mapped[date]
    sex: Mapped[str] = mapped_column(String(1))
    school_id: Mapped[UUID] = mapped_column(refers_to("school.id"), index=True)
    year_group: Mapped[str] = mapped_column(String(2))
    needs: Mapped[list[str]] = mapped_column(JSON)
    pupil_premium: Mapped[bool]
    looked_after: Mapped[bool]
    eal: Mapped[bool]
    registered_on: Mapped[date]
    characteristics_on: Mapped[date]
    as_of: Mapped[date]
    """The day of the newest push, whatever that push changed."""

    def push(self, on: date) -> bool:
        """Note a push of that day; say whether it may change what is on record: none was newer."""
        newest = on >= self.as_of
        self.as_of = max(on, self.as_of)
        return newest

    def register(self, sex: Sex) -> ChildRegistered:
        """Become known to the service, on the roll of a school."""
        return ChildRegistered(
            child_id=self.id,
            school_id=self.school_id,
            year_group=self.year_group,
            sex=sex,
            registered_on=self.registered_on,
        )

    def correct(self, particulars: Particulars) -> bool:
        """Take over who the child is; say whether anything differed. No event: it stays here."""
        before = Particulars(self.forename, self.surname, self.born_on, self.sex, self.upn)
        self.forename, self.surname = particulars.forename, particulars.surname
        self.born_on, self.sex, self.upn = particulars.born_on, particulars.sex, particulars.upn
        return before != particulars

    @property
    def characteristics(self) -> Characteristics:
        """What is so of the child as last recorded."""
        return Characteristics(
            self.year_group, tuple(self.needs), self.pupil_premium, self.looked_after, self.eal
        )

    def characterise(self, now: Characteristics, on: date) -> ChildCharacteristicsRecorded:
        """Record what is so of the child from a day on."""
        self.year_group, self.needs = now.year_group, list(now.needs)
        self.pupil_premium, self.looked_after, self.eal = (
            now.pupil_premium,
            now.looked_after,
            now.eal,
        )
        self.characteristics_on = on
        return ChildCharacteristicsRecorded(
            child_id=self.id,
            effective_on=on,
            year_group=now.year_group,
            needs=now.needs,
            pupil_premium=now.pupil_premium,
            looked_after=now.looked_after,
            eal=now.eal,
        )

    def move(self, school_id: UUID, on: date) -> ChildMovedSchool:
        """Move to another school; support and plan go with the child."""
        before, self.school_id = self.school_id, school_id
        return ChildMovedSchool(
            child_id=self.id, from_school_id=before, school_id=school_id, moved_on=on
        )


class Parent(Aggregate, Owned, kw_only=True):
    """A parent or carer of a child, and how to reach them. Nothing of this is ever published."""

    __tablename__ = "parent"
    __table_args__ = (UniqueConstraint("child_id", "reference"),)

    child_id: Mapped[UUID] = mapped_column(refers_to("child.id"), index=True)
    reference: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    relationship: Mapped[str] = mapped_column(String(40))

    def change(self, name: str, email: str | None, phone: str | None, relationship: str) -> bool:
        """Take a parent's particulars over; say whether anything differed."""
        before = (self.name, self.email, self.phone, self.relationship)
        self.name, self.email, self.phone, self.relationship = name, email, phone, relationship
        return before != (name, email, phone, relationship)

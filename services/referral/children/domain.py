"""Children, their plans, and the parents or carers who are asked about them.

Names never leave the service. Support rests on a live plan that names the service.
"""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import (
    ChildCharacteristicsRecorded,
    ChildMovedSchool,
    ChildRegistered,
    PlanCeased,
    PlanNamed,
    Sex,
)
from libs.common.core.errors import Conflict
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.tables import Owned


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


class PlanClosed(Conflict):
    """A plan that has ceased is not amended; a new one is made."""

    detail = "This plan has ceased. A plan that follows it needs its own reference."


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What a plan says, as far as the service needs it."""

    plan_type: str
    names_service: bool
    starts_on: date
    review_due_on: date | None


class Plan(Aggregate, Owned, kw_only=True):
    """A child's plan under the county's reference."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("child_id", "reference"),)

    child_id: Mapped[UUID] = mapped_column(refers_to("child.id"), index=True)
    reference: Mapped[str] = mapped_column(String(64))
    plan_type: Mapped[str] = mapped_column(String(40))
    names_service: Mapped[bool]
    starts_on: Mapped[date]
    review_due_on: Mapped[date | None]
    ends_on: Mapped[date | None] = mapped_column(default=None)
    cease_reason: Mapped[str | None] = mapped_column(String(40), default=None)

    @property
    def terms(self) -> PlanTerms:
        """What the plan says now."""
        return PlanTerms(self.plan_type, self.names_service, self.starts_on, self.review_due_on)

    def active_on(self, day: date) -> bool:
        """Say whether the plan is in force on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def name(self) -> PlanNamed:
        """Say what the plan is, and whether it names the service."""
        return PlanNamed(
            plan_id=self.id,
            child_id=self.child_id,
            plan_type=self.plan_type,
            names_service=self.names_service,
            starts_on=self.starts_on,
            review_due_on=self.review_due_on,
        )

    def amend(self, terms: PlanTerms) -> PlanNamed:
        """Take amended terms over."""
        if self.ends_on is not None:
            raise PlanClosed
        self.plan_type, self.names_service = terms.plan_type, terms.names_service
        self.starts_on, self.review_due_on = terms.starts_on, terms.review_due_on
        return self.name()

    def cease(self, on: date, reason: str) -> PlanCeased:
        """End the plan with that day."""
        if self.ends_on is not None:
            raise PlanClosed
        self.ends_on, self.cease_reason = on, reason
        return PlanCeased(plan_id=self.id, child_id=self.child_id, ceased_on=on, reason=reason)


# No I, O or S: they are taken for figures (domain brief 4.1).
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
UPN_FORM = re.compile(rf"[{UPN_LETTERS}]\d{{11}}[\d{UPN_LETTERS}]")


def is_valid_upn(upn: str) -> bool:
    """Say whether a permanent or temporary number has the right form and check letter.

    Each of positions 2 to 13 counts its figure (a temporary number's last letter its place in the
    alphabet above) times its position; the sum modulo 23 gives the first letter.
    """
    if not UPN_FORM.fullmatch(upn):
        return False
    values = [UPN_LETTERS.index(c) if c in UPN_LETTERS else int(c) for c in upn[1:]]
    total = sum(value * position for position, value in enumerate(values, 2))
    return UPN_LETTERS[total % len(UPN_LETTERS)] == upn[0]

"""Exclusions and suspensions by schools, and their outcomes."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import (
    ExclusionCategory,
    ExclusionCorrected,
    ExclusionRecorded,
    ExclusionRescinded,
    ExclusionUpheld,
    ExclusionVoided,
    Ground,
)
from libs.common.core.errors import Conflict, ValidationError
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.tables import Owned

MOST_HALF_DAYS = 90


class OnlyPermanentExclusionsAreUpheld(Conflict):
    """A suspension has no board's decision that upholds it."""

    detail = "Only a permanent exclusion can be upheld."


class ExclusionVoid(Conflict):
    """An exclusion that was recorded by mistake is not put right."""

    detail = "This exclusion is void. Record it again under its reference if there was one."


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is known of an exclusion and of what became of it."""

    school_id: UUID
    category: ExclusionCategory
    starts_on: date
    half_days: int | None = None
    upheld_on: date | None = None
    rescinded_on: date | None = None
    ground: Ground | None = None

    def faults(self) -> list[ValidationError]:
        """Return all that cannot be: half-days, outcomes that do not fit, days out of order."""
        return [*self._unfitting(), *self._out_of_order()]

    def _unfitting(self) -> list[ValidationError]:
        errors = []
        if (self.rescinded_on is None) != (self.ground is None):
            both = "A rescinded exclusion needs both a day and a ground."
            errors.append(ValidationError("go-together", both, "/ground"))
        if self.upheld_on is not None and self.category != "PERM":
            only = "Only a permanent exclusion (PERM) can be upheld."
            errors.append(ValidationError("not-permanent", only, "/upheld_on"))
        if self.half_days is not None and not 1 <= self.half_days <= MOST_HALF_DAYS:
            between = f"Half days must be between 1 and {MOST_HALF_DAYS} (45 school days)."
            errors.append(ValidationError("out-of-range", between, "/half_days"))
        return errors

    def _out_of_order(self) -> list[ValidationError]:
        days = {"/upheld_on": self.upheld_on, "/rescinded_on": self.rescinded_on}
        early = "This day cannot be before the exclusion starts."
        errors = [
            ValidationError("before-start", early, pointer)
            for pointer, day in days.items()
            if day is not None and day < self.starts_on
        ]
        if self.upheld_on and self.rescinded_on and self.upheld_on > self.rescinded_on:
            late = "An exclusion cannot be upheld after it was rescinded."
            errors.append(ValidationError("after-rescinding", late, "/upheld_on"))
        return errors


class Exclusion(Aggregate, Owned, kw_only=True):
    """One exclusion under the county's reference; a permanent one counts once upheld."""

    told_as = "exclusion_id"
    __tablename__ = "exclusion"
    __table_args__ = (
        UniqueConstraint("child_id", "reference"),
        Index(None, "starts_on", "id"),
    )

    reference: Mapped[str] = mapped_column(String(64), index=True)
    child_id: Mapped[UUID] = mapped_column(refers_to("child.id"), index=True)
    school_id: Mapped[UUID] = mapped_column(refers_to("school.id"))
    category: Mapped[str] = mapped_column(String(4))
    starts_on: Mapped[date]
    half_days: Mapped[int | None]
    upheld_on: Mapped[date | None] = mapped_column(default=None)
    rescinded_on: Mapped[date | None] = mapped_column(default=None)
    ground: Mapped[str | None] = mapped_column(String(20), default=None)
    recorded_by: Mapped[str] = mapped_column(String(200), default="")
    """Who wrote it down; empty where that was before it was kept."""
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def particulars(self) -> Particulars:
        """What is on record."""
        known: dict[str, Any] = {n: getattr(self, n) for n in Particulars.__slots__}
        return Particulars(**known)

    def record(self, category: ExclusionCategory) -> ExclusionRecorded:
        """Put the exclusion on record."""
        return ExclusionRecorded(
            exclusion_id=self.id,
            child_id=self.child_id,
            school_id=self.school_id,
            category=category,
            starts_on=self.starts_on,
            half_days=self.half_days,
        )

    def record_again(self, what: Particulars, by: str) -> ExclusionRecorded:
        """Put an exclusion on record that was void."""
        self._take(Particulars(what.school_id, what.category, what.starts_on, what.half_days))
        self.void, self.recorded_by = False, by
        return self.record(what.category)

    def uphold(self, on: date) -> ExclusionUpheld:
        """Record that the board or a panel upheld a permanent exclusion."""
        if self.category != "PERM":
            raise OnlyPermanentExclusionsAreUpheld
        self.upheld_on = on
        return ExclusionUpheld(exclusion_id=self.id, child_id=self.child_id, upheld_on=on)

    def rescind(self, on: date, ground: Ground) -> ExclusionRescinded:
        """Record that the exclusion no longer stands, upheld before or not."""
        self.rescinded_on, self.ground = on, ground
        return ExclusionRescinded(
            exclusion_id=self.id, child_id=self.child_id, rescinded_on=on, ground=ground
        )

    def correct(self, what: Particulars, reason: str) -> ExclusionCorrected:
        """Put the exclusion, or what became of it, right."""
        if self.void:
            raise ExclusionVoid
        self._take(what)
        return ExclusionCorrected(
            exclusion_id=self.id, child_id=self.child_id, reason=reason, **asdict(what)
        )

    def withdraw(self, reason: str) -> ExclusionVoided:
        """Take the exclusion off the record: there was none."""
        if self.void:
            raise ExclusionVoid
        self.void = True
        return ExclusionVoided(exclusion_id=self.id, child_id=self.child_id, reason=reason)

    def _take(self, what: Particulars) -> None:
        for name, value in asdict(what).items():
            setattr(self, name, value)

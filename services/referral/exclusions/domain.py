"""Exclusions and suspensions by schools, and their outcomes."""

from datetime import date
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import (
    ExclusionCategory,
    ExclusionRecorded,
    ExclusionRescinded,
    ExclusionUpheld,
    Ground,
)
from libs.common.core.errors import Conflict
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.tables import Owned


class OnlyPermanentExclusionsAreUpheld(Conflict):
    """A suspension has no board's decision that upholds it."""

    detail = "Only a permanent exclusion can be upheld."


class Exclusion(Aggregate, Owned, kw_only=True):
    """One exclusion under the county's reference; a permanent one counts once upheld."""

    __tablename__ = "exclusion"
    __table_args__ = (UniqueConstraint("child_id", "reference"),)

    reference: Mapped[str] = mapped_column(String(64), index=True)
    child_id: Mapped[UUID] = mapped_column(refers_to("child.id"), index=True)
    school_id: Mapped[UUID] = mapped_column(refers_to("school.id"))
    category: Mapped[str] = mapped_column(String(4))
    starts_on: Mapped[date]
    half_days: Mapped[int | None]
    upheld_on: Mapped[date | None] = mapped_column(default=None)
    rescinded_on: Mapped[date | None] = mapped_column(default=None)
    ground: Mapped[str | None] = mapped_column(String(20), default=None)

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

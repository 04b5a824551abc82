"""A pair of records that may be of one child, or of one parent or carer."""

from datetime import date
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.core.errors import Conflict
from libs.common.persistence.db import Aggregate
from services.referral.duplicates.codes import DuplicateKind
from services.referral.tables import Owned


class NotConfirmed(Conflict):
    """Records are merged once a person has confirmed that they are one's."""

    detail = "Nobody has confirmed that these two are one. Confirm it, then merge."


class Merged(Conflict):
    """What is merged is neither decided nor merged again before it is unmerged."""

    detail = "These two are merged. Unmerge them first."


class NotMerged(Conflict):
    """Only what is merged is unmerged."""

    detail = "These two are not merged."


class Duplicate(Aggregate, Owned, kw_only=True):
    """Two records that are likely one; what a person decided of them, and which of them stays.

    The smaller id is ``first_id``, so that a pair is proposed once.
    """

    told_as = "duplicate_id"
    __tablename__ = "duplicate"
    __table_args__ = (UniqueConstraint("first_id", "second_id"), Index(None, "found_on", "id"))

    kind: Mapped[str] = mapped_column(String(10))
    first_id: Mapped[UUID]
    second_id: Mapped[UUID] = mapped_column(index=True)
    why: Mapped[list[str]] = mapped_column(JSON)
    found_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    reason: Mapped[str | None] = mapped_column(String(40), default=None)
    decided_by: Mapped[str | None] = mapped_column(String(200), default=None)
    decided_on: Mapped[date | None] = mapped_column(default=None)
    kept_id: Mapped[UUID | None] = mapped_column(default=None)
    merged_on: Mapped[date | None] = mapped_column(default=None)

    @classmethod
    def of(cls, kind: DuplicateKind, pair: tuple[UUID, UUID], why: list[str], on: date) -> Self:
        """Propose a pair, in whichever order it is given."""
        first, second = in_order(pair)
        return cls(id=uuid4(), kind=kind, first_id=first, second_id=second, why=why, found_on=on)

    def decide(self, state: str, reason: str, by: str, on: date) -> None:
        """Say that the two are one, or that they are not: until they are merged, either way."""
        if self.kept_id is not None:
            raise Merged
        self.state, self.reason, self.decided_by, self.decided_on = state, reason, by, on

    def merge(self, kept_id: UUID, on: date) -> UUID:
        """Have one of the two stay; return the other."""
        if self.kept_id is not None:
            raise Merged
        if self.state != "confirmed":
            raise NotConfirmed
        self.kept_id, self.merged_on = kept_id, on
        return self.other_than(kept_id)

    def unmerge(self) -> UUID:
        """Have each be its own again; return the one that was merged."""
        if self.kept_id is None:
            raise NotMerged
        merged = self.other_than(self.kept_id)
        self.kept_id = self.merged_on = None
        return merged

    def other_than(self, id_: UUID) -> UUID:
        """Return the other of the two."""
        return self.second_id if id_ == self.first_id else self.first_id


def in_order(pair: tuple[UUID, UUID]) -> tuple[UUID, UUID]:
    """Return a pair with the smaller id first."""
    first, second = sorted(pair)
    return first, second

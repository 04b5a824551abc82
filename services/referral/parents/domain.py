"""Parents and carers: people of their own, and the relationships that make them a child's.

Names and contacts never leave the service. A relationship is a span: from a day, to the day from
which it no longer holds.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import (
    PeopleMerged,
    PeopleUnmerged,
    RecipientWithdrawalVoided,
    RecipientWithdrawn,
    RelationshipCorrected,
    RelationshipEnded,
    RelationshipRecorded,
    RelationshipVoided,
    Restriction,
)
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.tables import Owned, folded

VERIFIED: Final = "verified"


class AlreadyWithdrawn(Conflict):
    """Who must not be contacted is not withdrawn again with another day or reason."""

    detail = "This person must not be contacted already, from another day or for another reason."


class NotWithdrawn(Conflict):
    """Only a withdrawal that is on record is taken back."""

    detail = "Nothing on record says that this person must not be contacted."


class RelationshipClosed(Conflict):
    """A relationship that has ended, or was withdrawn, takes nothing more."""

    detail = "This relationship has ended or was withdrawn. Record it again, or correct it."


class Person(Aggregate, Owned, kw_only=True):
    """A parent or carer under the county's own reference, shared by all children they are of.

    ``apart`` is 0 but for a record that an upgrade found under a reference of other people: there
    it tells those of one reference apart until somebody has said who is who.
    """

    told_as = "person_id"
    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("reference", "apart"),)

    reference: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(200), default=None, index=True)
    phone: Mapped[str | None] = mapped_column(String(40), default=None, index=True)
    language: Mapped[str | None] = mapped_column(String(40), default=None)
    apart: Mapped[int] = mapped_column(default=0)
    as_of: Mapped[date]
    """The day of the newest that was told of them."""
    withdrawn_on: Mapped[date | None] = mapped_column(default=None)
    withdrawn_reason: Mapped[str | None] = mapped_column(String(40), default=None)
    merged_into: Mapped[UUID | None] = mapped_column(
        refers_to("person.id"), default=None, index=True
    )
    """The record that stays, where this is another of the same person."""
    folded: Mapped[str] = mapped_column(String(64), init=False, index=True)
    """The reference without case and blanks, by which likely duplicates are found."""

    def __post_init__(self) -> None:
        """Fold the reference, which stays as it is."""
        self.folded = folded(self.reference)

    def change(self, told: Mapping[str, Any]) -> bool:
        """Take over what is told of a person; say whether anything differed."""
        before = {name: getattr(self, name) for name in told}
        for name, value in told.items():
            setattr(self, name, value)
        return before != told

    def withdraw(self, on: date, reason: str) -> RecipientWithdrawn:
        """Have nobody contact them from a day on."""
        if self.withdrawn_on is not None:
            raise AlreadyWithdrawn
        self.withdrawn_on, self.withdrawn_reason = on, reason
        return RecipientWithdrawn(person_id=self.id, withdrawn_on=on, reason=reason)

    def void_withdrawal(self, reason: str) -> RecipientWithdrawalVoided:
        """Take back that they must not be contacted: it was recorded by mistake."""
        if self.withdrawn_on is None:
            raise NotWithdrawn
        self.withdrawn_on = self.withdrawn_reason = None
        return RecipientWithdrawalVoided(person_id=self.id, reason=reason)

    def merge(self, into: UUID, on: date) -> PeopleMerged:
        """Be a record of the same person as another, which stays."""
        self.merged_into = into
        return PeopleMerged(merged_person_id=self.id, person_id=into, merged_on=on)

    def unmerge(self, on: date) -> PeopleUnmerged:
        """Be a person of their own again."""
        assert self.merged_into is not None, "only a merged record is unmerged"
        before, self.merged_into = self.merged_into, None
        return PeopleUnmerged(merged_person_id=self.id, person_id=before, unmerged_on=on)


class FormerPerson(Owned, kw_only=True):
    """An id that was given out for a person before one was made of several records."""

    __tablename__ = "former_person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(refers_to("person.id"))


class Relationship(Aggregate, Owned, kw_only=True):
    """Whose parent or carer a person is, from a day on, and what they may have of that child."""

    told_as = "relationship_id"
    __tablename__ = "relationship"
    __table_args__ = (
        UniqueConstraint("child_id", "person_id", "from_on"),
        Index(None, "from_on", "id"),
    )

    child_id: Mapped[UUID] = mapped_column(refers_to("child.id"))
    person_id: Mapped[UUID] = mapped_column(refers_to("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    from_on: Mapped[date]
    ended_on: Mapped[date | None] = mapped_column(default=None)
    """The first day on which it no longer holds."""
    responsibility: Mapped[str] = mapped_column(String(10), default="none")
    verified_on: Mapped[date | None] = mapped_column(default=None)
    verified_by: Mapped[str | None] = mapped_column(String(200), default=None)
    restrictions: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    restricted_on: Mapped[date | None] = mapped_column(default=None)
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def current(self) -> bool:
        """Whether it holds, as far as is known."""
        return self.ended_on is None and not self.void

    def holds_on(self, day: date) -> bool:
        """Say whether it holds on a day."""
        ended = self.ended_on is not None and self.ended_on <= day
        return not self.void and self.from_on <= day and not ended

    @property
    def facts(self) -> dict[str, Any]:
        """What an event tells of it."""
        return {
            "relationship_id": self.id,
            "child_id": self.child_id,
            "person_id": self.person_id,
            "kind": self.kind,
            "responsibility": self.responsibility,
            "restrictions": tuple(self.restrictions),
            "from_on": self.from_on,
            "restricted_on": self.restricted_on,
            "ended_on": self.ended_on,
            "former_person_id": None,
        }

    def record(self) -> RelationshipRecorded:
        """Say what it is."""
        return RelationshipRecorded(**self.facts)

    def change_kind(self, kind: str) -> RelationshipRecorded:
        """Be of another kind: a guardian who adopted the child."""
        self.kind = kind
        return self.record()

    def stand_again(self, kind: str, ended_on: date | None) -> RelationshipRecorded:
        """Hold again from its day on, after it was withdrawn or ended by mistake."""
        self.void, self.kind, self.ended_on = False, kind, ended_on
        return self.record()

    def hold_from(self, day: date) -> RelationshipRecorded:
        """Hold from an earlier day on."""
        self.from_on = day
        return self.record()

    def end(self, on: date) -> RelationshipEnded:
        """End: from that day on it no longer holds."""
        if self.void:
            raise RelationshipClosed
        if on < self.from_on:
            fault = ValidationError(
                "before-start", "A relationship cannot end before it began.", "/ended_on"
            )
            raise Rejected(errors=[fault])
        self.ended_on = on
        return RelationshipEnded(
            relationship_id=self.id, child_id=self.child_id, person_id=self.person_id, ended_on=on
        )

    def answer_for(self, responsibility: str, on: date, by: str) -> RelationshipRecorded:
        """Say whether the person has parental responsibility, on whose word and since when."""
        self.check_open()
        verified = responsibility == VERIFIED
        self.responsibility = responsibility
        self.verified_on, self.verified_by = (on, by) if verified else (None, None)
        return self.record()

    def restrict(self, restrictions: Sequence[Restriction], on: date) -> RelationshipRecorded:
        """Say all that the person may not have of this child, from a day on; nothing lifts it."""
        self.check_open()
        self.restrictions = sorted(restrictions)
        self.restricted_on = on if restrictions else None
        return self.record()

    def check_open(self) -> None:
        """Refuse what is said of a relationship that no longer holds."""
        if not self.current:
            raise RelationshipClosed

    def correct(
        self, kind: str, from_on: date, ended_on: date | None, reason: str
    ) -> RelationshipCorrected:
        """Be what it was all along; what was recorded was wrong."""
        if self.void:
            raise RelationshipClosed
        self.kind, self.from_on, self.ended_on = kind, from_on, ended_on
        return RelationshipCorrected(**self.facts, reason=reason)

    def withdraw(self, on: date, reason: str) -> RelationshipVoided:
        """Be taken for one that there never was."""
        if self.void:
            raise RelationshipClosed
        self.void = True
        return RelationshipVoided(
            relationship_id=self.id,
            child_id=self.child_id,
            person_id=self.person_id,
            voided_on=on,
            reason=reason,
        )

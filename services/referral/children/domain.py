"""Children and their plans.

Names never leave the service. Support rests on a live plan that names the service.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self
from uuid import UUID

from sqlalchemy import JSON, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import (
    ChildCharacteristicsRecorded,
    ChildMovedSchool,
    ChildParticularsChanged,
    ChildRegistered,
    ChildrenMerged,
    ChildrenUnmerged,
    PlanCeased,
    PlanNamed,
    PlanReinstated,
    Sex,
)
from libs.common.core.errors import Conflict
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.tables import Owned, folded


@dataclass(frozen=True, slots=True)
class Characteristics:
    """What is so of a child from a day on."""

    year_group: str
    needs: tuple[str, ...]
    pupil_premium: bool
    looked_after: bool
    eal: bool

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Self:
        """Return them of what was told; needs that were never told are none."""
        flags = (state[name] for name in ("pupil_premium", "looked_after", "eal"))
        return cls(state["year_group"], tuple(state.get("needs") or ()), *flags)


class ChildClosed(Conflict):
    """A record that another took the place of takes nothing more."""

    detail = "This record of a child is closed."


_ALONE = text("upn_shared IS FALSE AND closed_on IS NULL")


class Child(Aggregate, Owned, kw_only=True):
    """A child known to the service under the county's own reference."""

    told_as = "child_id"
    __tablename__ = "child"
    __table_args__ = (
        UniqueConstraint("scheme", "reference"),
        # Two that take one number at the same moment do not see each other.
        Index(None, "registered_on", "id"),
        Index(None, "year_group", "id"),
        Index("uq_child_upn", "upn", unique=True, sqlite_where=_ALONE, postgresql_where=_ALONE),
    )

    scheme: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(64))
    upn: Mapped[str | None] = mapped_column(String(13), index=True)
    upn_shared: Mapped[bool] = mapped_column(default=False)
    """Whether somebody confirmed that another child has the number too."""
    forename: Mapped[str] = mapped_column(String(200))
    """Empty where a child has one name, which is the surname."""
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
    particulars_on: Mapped[dict[str, str]] = mapped_column(JSON, default_factory=dict)
    """Of each field of who the child is, the day of the newest push that told it."""
    closed_on: Mapped[date | None] = mapped_column(default=None)
    """The last day of a record that another took the place of."""
    parts_version: Mapped[int] = mapped_column(default=0)
    """Counts changes of the child's plans and parents, so that the ETag moves with them."""

    parents_on: Mapped[date | None] = mapped_column(default=None)
    """The day of the newest push that told the whole list of parents."""
    merged_into: Mapped[UUID | None] = mapped_column(default=None, index=True)
    """The record that stays, where this is another of the same child."""

    folded: Mapped[str] = mapped_column(String(64), init=False, index=True)
    """The reference without case and blanks, by which likely duplicates are found."""

    def __post_init__(self) -> None:
        """Fold the reference, which stays as it is."""
        self.folded = folded(self.reference)

    def touch(self) -> None:
        """Note that a plan or a parent of the child changed: a reader's ETag is of them too."""
        self.parts_version += 1

    def push(self, on: date) -> bool:
        """Note a push of that day; say whether it may change what is on record: none was newer."""
        newest = on >= self.as_of
        self.as_of = max(on, self.as_of)
        return newest

    def register(self, sex: Sex, school_id: UUID, year_group: str) -> ChildRegistered:
        """Become known to the service, on the roll of a school."""
        return ChildRegistered(
            child_id=self.id,
            school_id=school_id,
            year_group=year_group,
            sex=sex,
            registered_on=self.registered_on,
        )

    def take(self, given: Mapping[str, Any], on: date) -> bool:
        """Take over who the child is, of each field as the latest day tells it.

        Say whether anything changed. No event has what: who a child is stays here.
        """
        day = on.isoformat()
        newest = {n: v for n, v in given.items() if day >= self.particulars_on.get(n, "")}
        self.particulars_on = self.particulars_on | dict.fromkeys(newest, day)
        changed = any(getattr(self, name) != value for name, value in newest.items())
        for name, value in newest.items():
            setattr(self, name, value)
        return changed

    def tell_anew(self, upn_before: str | None) -> ChildParticularsChanged:
        """Have whoever keeps a copy read the child again."""
        keys: tuple[Literal["upn"], ...] = ("upn",) if self.upn != upn_before else ()
        return ChildParticularsChanged(child_id=self.id, changed_keys=keys)

    @property
    def characteristics(self) -> Characteristics:
        """What is so of the child as last recorded."""
        return Characteristics(
            self.year_group, tuple(self.needs), self.pupil_premium, self.looked_after, self.eal
        )

    def hold(self, characteristics: Characteristics, since: date) -> None:
        """Be what was told last."""
        self.year_group, self.needs = characteristics.year_group, list(characteristics.needs)
        self.pupil_premium = characteristics.pupil_premium
        self.looked_after, self.eal = characteristics.looked_after, characteristics.eal
        self.characteristics_on = since

    def characterise(self, so: Characteristics, on: date) -> ChildCharacteristicsRecorded:
        """Record what is so of the child from a day on."""
        return ChildCharacteristicsRecorded(
            child_id=self.id,
            effective_on=on,
            year_group=so.year_group,
            needs=so.needs,
            pupil_premium=so.pupil_premium,
            looked_after=so.looked_after,
            eal=so.eal,
        )

    def move(self, from_school_id: UUID, school_id: UUID, on: date) -> ChildMovedSchool:
        """Move to another school; support and plan go with the child."""
        return ChildMovedSchool(
            child_id=self.id, from_school_id=from_school_id, school_id=school_id, moved_on=on
        )

    def merge(self, into: UUID, on: date) -> ChildrenMerged:
        """Be a record of the same child as another, which stays."""
        self.merged_into = into
        return ChildrenMerged(merged_child_id=self.id, child_id=into, merged_on=on)

    def unmerge(self, on: date) -> ChildrenUnmerged:
        """Be a child of its own again."""
        assert self.merged_into is not None, "only a merged record is unmerged"
        before, self.merged_into = self.merged_into, None
        return ChildrenUnmerged(merged_child_id=self.id, child_id=before, unmerged_on=on)


class PlanClosed(Conflict):
    """A plan that has ceased is not amended; a new one is made."""

    detail = "This plan has ceased. A plan that follows it needs its own reference."


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What a plan says on a day, as far as the service needs it."""

    plan_type: str
    names_service: bool
    review_due_on: date | None

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Self:
        """Return them of what was told, in which days are text."""
        due = state.get("review_due_on")
        return cls(state["plan_type"], state["names_service"], due and date.fromisoformat(due))


class Plan(Aggregate, Owned, kw_only=True):
    """A child's plan under the county's reference, with the terms that were told last."""

    told_as = "plan_id"
    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("child_id", "reference"),
        Index(None, "starts_on", "id"),
    )

    child_id: Mapped[UUID] = mapped_column(refers_to("child.id"), index=True)
    reference: Mapped[str] = mapped_column(String(64))
    plan_type: Mapped[str] = mapped_column(String(40))
    names_service: Mapped[bool]
    starts_on: Mapped[date]
    review_due_on: Mapped[date | None]
    ends_on: Mapped[date | None] = mapped_column(default=None)
    cease_reason: Mapped[str | None] = mapped_column(String(40), default=None)
    said_on: Mapped[dict[str, str]] = mapped_column(JSON, default_factory=dict)
    """Of first and last day, the day of the newest push that told it."""
    left_out: Mapped[bool] = mapped_column(default=False)
    """Whether it ended because a push no longer listed it, and no day of its end was told."""
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def terms(self) -> PlanTerms:
        """What the plan says, as told last."""
        return PlanTerms(self.plan_type, self.names_service, self.review_due_on)

    def hold(self, terms: PlanTerms) -> None:
        """Say what was told last."""
        self.plan_type, self.names_service = terms.plan_type, terms.names_service
        self.review_due_on = terms.review_due_on

    def is_newest(self, name: str, on: date) -> bool:
        """Say whether no push of a later day told this field, and note that this one does."""
        newest = on.isoformat() >= self.said_on.get(name, "")
        if newest:
            self.said_on = self.said_on | {name: on.isoformat()}
        return newest

    def active_on(self, day: date) -> bool:
        """Say whether the plan is in force on a day."""
        ended = self.ends_on is not None and day > self.ends_on
        return not self.void and self.starts_on <= day and not ended

    def name(self, terms: PlanTerms | None = None, on: date | None = None) -> PlanNamed:
        """Say what the plan is, and whether it names the service, from a day on."""
        terms = terms or self.terms
        return PlanNamed(
            plan_id=self.id,
            child_id=self.child_id,
            plan_type=terms.plan_type,
            names_service=terms.names_service,
            starts_on=self.starts_on,
            review_due_on=terms.review_due_on,
            effective_on=on,
        )

    def check_open(self) -> None:
        """Refuse what only a plan that goes on can have."""
        if self.ends_on is not None:
            raise PlanClosed

    def cease(self, on: date, reason: str) -> PlanCeased:
        """End the plan with that day."""
        self.check_open()
        self.ends_on, self.cease_reason = on, reason
        return PlanCeased(plan_id=self.id, child_id=self.child_id, ceased_on=on, reason=reason)

    def reinstate(self, reason: str | None = None) -> PlanReinstated:
        """Go on: it had not ended, or it was opened again."""
        self.ends_on, self.cease_reason, self.left_out = None, None, False
        return PlanReinstated(plan_id=self.id, child_id=self.child_id, reason=reason)

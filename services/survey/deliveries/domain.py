"""Courses, SENCO networks and bespoke work, and how those who were there rated them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.assessment import Term
from libs.common.contracts.survey import (
    BespokeWorkDelivered,
    DeliveryCorrected,
    DeliveryKind,
    DeliveryVoided,
    RatingCorrected,
    RatingReceived,
    RatingVoided,
    TrainingDelivered,
)
from libs.common.core.clock import AcademicYear
from libs.common.core.errors import Conflict
from libs.common.core.terms import terms_of
from libs.common.persistence.db import refers_to
from services.survey.courses.domain import Course
from services.survey.deliveries.codes import BESPOKE, TRAINING
from services.survey.tables import Owned, Referenced


class DeliveryVoid(Conflict):
    """What was withdrawn is not changed, and not rated."""

    detail = "This delivery is void. Record it again under its reference, and it stands again."


class RatingVoid(Conflict):
    """A form that was withdrawn is not changed."""

    detail = "This form is void. Record it again under its number, and it stands again."


@dataclass(frozen=True, slots=True)
class Details:
    """What was delivered, when, and to how many."""

    kind: DeliveryKind
    course: str | None
    delivered_on: date
    delegates: int | None
    title: str | None = None
    school_id: UUID | None = None


class Delivery(Referenced, Owned, kw_only=True):
    """A course, a network meeting or a piece of bespoke work, under its reference."""

    told_as = "delivery_id"
    __tablename__ = "delivery"

    kind: Mapped[str] = mapped_column(String(20))
    course: Mapped[str | None] = mapped_column(String(40))
    delivered_on: Mapped[date]
    delegates: Mapped[int | None]
    title: Mapped[str | None] = mapped_column(String(200), default=None)
    """What those who gave it call it, where that is not what the list of codes calls it."""
    school_id: Mapped[UUID | None] = mapped_column(default=None, index=True)
    """Where it was given, or who bought it."""
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def details(self) -> Details:
        """What is on record of it."""
        return Details(
            self.kind,  # type: ignore[arg-type]  # checked when recorded
            self.course,
            self.delivered_on,
            self.delegates,
            self.title,
            self.school_id,
        )

    @property
    def term(self) -> Term:
        """The term of the day that it was given on."""
        spans = zip(get_args(Term), terms_of(AcademicYear.of(self.delivered_on)), strict=True)
        found: Term = next(one for one, (_, last) in spans if self.delivered_on <= last)
        return found

    def called(self, listed: Sequence[Course]) -> str:
        """Return what it is called: its own title, else the words of its code on the list."""
        named = (TRAINING.get(self.kind, "bespoke"), self.course or self.kind)
        words = (one.words for one in listed if (one.kind, one.code) == named)
        return self.title or next(words, named[1])

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return () if self.void else ("rate", "correct", "void")

    def check_stands(self) -> None:
        """Refuse to change what was withdrawn."""
        if self.void:
            raise DeliveryVoid

    def restore(self, details: Details) -> TrainingDelivered | BespokeWorkDelivered:
        """Stand again, as it is told now."""
        self.void = False
        self._take(details)
        return self.deliver()

    def correct(self, details: Details, reason: str) -> DeliveryCorrected:
        """Be what it was in truth."""
        self.check_stands()
        self._take(details)
        return DeliveryCorrected(
            delivery_id=self.id,
            kind=details.kind,
            course=self.course,
            delivered_on=self.delivered_on,
            delegates=self.delegates,
            reason=reason,
        )

    def _take(self, details: Details) -> None:
        self.kind, self.course = details.kind, details.course
        self.delivered_on, self.delegates = details.delivered_on, details.delegates
        self.title, self.school_id = details.title, details.school_id

    def withdraw(self, reason: str) -> DeliveryVoided:
        """Count nowhere, nor its forms."""
        self.check_stands()
        self.void = True
        return DeliveryVoided(delivery_id=self.id, reason=reason)

    def deliver(self) -> TrainingDelivered | BespokeWorkDelivered:
        """Take place."""
        if self.kind in BESPOKE:
            return BespokeWorkDelivered(
                delivery_id=self.id, kind=BESPOKE[self.kind], delivered_on=self.delivered_on
            )
        assert self.course is not None
        assert self.delegates is not None
        return TrainingDelivered(
            delivery_id=self.id,
            kind=TRAINING[self.kind],
            course=self.course,
            delivered_on=self.delivered_on,
            delegates=self.delegates,
        )

    def rate(self, rating: "Rating") -> RatingReceived:
        """Be rated on one form."""
        self.check_stands()
        return RatingReceived(
            delivery_id=self.id,
            rating_id=rating.id,
            content=rating.content,
            methods=rating.methods,
        )


@dataclass(frozen=True, slots=True)
class Marks:
    """What is on a rating form: marks from 1 to 10, null if unanswered, and a comment.

    ``may_quote`` is null where it was not asked whether the comment may be quoted, or not answered.
    """

    content: int | None
    methods: int | None
    comment: str | None = None
    may_quote: bool | None = None


class Rating(Owned, kw_only=True):
    """One rating form of a delivery, by its number. Its comment never leaves the service."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("delivery_id", "form"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(refers_to("delivery.id"))
    form: Mapped[int]
    content: Mapped[int | None]
    methods: Mapped[int | None]
    comment: Mapped[str | None] = mapped_column(String(4000), default=None)
    may_quote: Mapped[bool | None] = mapped_column(default=None)
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def marks(self) -> Marks:
        """What is on record of it."""
        return Marks(self.content, self.methods, self.comment, self.may_quote)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return () if self.void else ("correct", "void")

    def restore(self, marks: Marks) -> None:
        """Stand again, with the marks that are told now."""
        self.void = False
        self._take(marks)

    def correct(self, marks: Marks, reason: str) -> RatingCorrected:
        """Have the marks that are on the form."""
        if self.void:
            raise RatingVoid
        self._take(marks)
        return RatingCorrected(
            delivery_id=self.delivery_id,
            rating_id=self.id,
            content=marks.content,
            methods=marks.methods,
            reason=reason,
        )

    def _take(self, marks: Marks) -> None:
        self.content, self.methods = marks.content, marks.methods
        self.comment, self.may_quote = marks.comment, marks.may_quote

    def withdraw(self, reason: str) -> RatingVoided:
        """Count nowhere."""
        if self.void:
            raise RatingVoid
        self.void = True
        return RatingVoided(delivery_id=self.delivery_id, rating_id=self.id, reason=reason)

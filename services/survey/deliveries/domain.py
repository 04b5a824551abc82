"""Courses, SENCO networks and bespoke work, and how those who were there rated them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

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
from libs.common.core.errors import Conflict
from libs.common.persistence.db import refers_to
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


class Delivery(Referenced, Owned, kw_only=True):
    """A course, a network meeting or a piece of bespoke work, under its reference."""

    told_as = "delivery_id"
    __tablename__ = "delivery"

    kind: Mapped[str] = mapped_column(String(20))
    course: Mapped[str | None] = mapped_column(String(40))
    delivered_on: Mapped[date]
    delegates: Mapped[int | None]
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def details(self) -> Details:
        """What is on record of it."""
        return Details(
            self.kind,  # type: ignore[arg-type]  # checked when recorded
            self.course,
            self.delivered_on,
            self.delegates,
        )

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


class Rating(Owned, kw_only=True):
    """One rating form of a delivery, by its number: marks from 1 to 10, null if unanswered."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("delivery_id", "form"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(refers_to("delivery.id"))
    form: Mapped[int]
    content: Mapped[int | None]
    methods: Mapped[int | None]
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return () if self.void else ("correct", "void")

    def restore(self, content: int | None, methods: int | None) -> None:
        """Stand again, with the marks that are told now."""
        self.void, self.content, self.methods = False, content, methods

    def correct(self, content: int | None, methods: int | None, reason: str) -> RatingCorrected:
        """Have the marks that are on the form."""
        if self.void:
            raise RatingVoid
        self.content, self.methods = content, methods
        return RatingCorrected(
            delivery_id=self.delivery_id,
            rating_id=self.id,
            content=content,
            methods=methods,
            reason=reason,
        )

    def withdraw(self, reason: str) -> RatingVoided:
        """Count nowhere."""
        if self.void:
            raise RatingVoid
        self.void = True
        return RatingVoided(delivery_id=self.delivery_id, rating_id=self.id, reason=reason)

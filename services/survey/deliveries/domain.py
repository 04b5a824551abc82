"""Courses, SENCO networks and bespoke work, and how those who were there rated them."""

from datetime import date
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.survey import BespokeWorkDelivered, RatingReceived, TrainingDelivered
from libs.common.persistence.db import refers_to
from services.survey.deliveries.codes import BESPOKE, TRAINING
from services.survey.tables import Owned, Referenced


class Delivery(Referenced, Owned, kw_only=True):
    """A course, a network meeting or a piece of bespoke work, under its reference."""

    __tablename__ = "delivery"

    kind: Mapped[str] = mapped_column(String(20))
    course: Mapped[str | None] = mapped_column(String(40))
    delivered_on: Mapped[date]
    delegates: Mapped[int | None]

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

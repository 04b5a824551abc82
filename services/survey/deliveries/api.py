"""Deliveries and their ratings over HTTP."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.contracts.assessment import Term
from libs.common.contracts.survey import DeliveryKind
from libs.common.core.clock import academic_year
from libs.common.core.fields import Code, Identifier, Reference, of_codes, of_form
from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, permission, router
from libs.common.reading import PartOf, with_steps
from services.survey.courses.domain import courses
from services.survey.deliveries.access import RATING_STEPS, STEPS
from services.survey.deliveries.commands import (
    RateDelivery,
    RecordDelivery,
    correct_delivery,
    correct_rating,
    rate_delivery,
    record_delivery,
    void_delivery,
    void_rating,
)
from services.survey.deliveries.domain import Delivery, Rating
from services.survey.waves.commands.waves import YearLabel

routes = router()


class DeliveryView(BaseModel):
    """A course, network meeting or piece of bespoke work.

    The code of a network meeting is its network's. ``title`` is its own or, where it has none, what
    the list of codes calls it. Its year and term are those of the day.
    """

    delivery_id: UUID
    reference: Annotated[str, of_form(Reference)]
    kind: Annotated[str, of_codes(DeliveryKind)]
    course: Annotated[str, of_form(Code)] | None
    delivered_on: date
    delegates: int | None
    title: str
    school_id: UUID | None
    academic_year: Annotated[str, of_form(YearLabel)]
    term: Annotated[str, of_codes(Term)]
    void: bool
    allowed: list[str]

    @classmethod
    def of(cls, delivery: Delivery, may: list[str]) -> "DeliveryView":
        """Show a delivery, and what the caller may do with it."""
        return cls(
            delivery_id=delivery.id,
            reference=delivery.reference,
            kind=delivery.kind,
            course=delivery.course,
            delivered_on=delivery.delivered_on,
            delegates=delivery.delegates,
            title=delivery.called(courses()),
            school_id=delivery.school_id,
            academic_year=academic_year(delivery.delivered_on),
            term=delivery.term,
            void=delivery.void,
            allowed=may,
        )


DELIVERY: Final = with_steps(DeliveryView, Delivery, STEPS)


class RatingView(BaseModel):
    """One rating form.

    A field that the caller may not see is null, and named in ``withheld``.
    """

    rating_id: UUID
    delivery_id: UUID
    form: int
    content: int | None
    methods: int | None
    comment: str | None
    may_quote: bool | None
    void: bool
    allowed: list[str]
    withheld: list[str] = []

    @classmethod
    def of(cls, rating: Rating, may: list[str]) -> "RatingView":
        """Show a rating form, and what the caller may do with it."""
        return cls(
            rating_id=rating.id,
            delivery_id=rating.delivery_id,
            form=rating.form,
            content=rating.content,
            methods=rating.methods,
            comment=rating.comment,
            may_quote=rating.may_quote,
            void=rating.void,
            allowed=may,
        )


RATING: Final = with_steps(
    RatingView, Rating, RATING_STEPS, part_of=PartOf(Delivery, Rating.delivery_id)
)


@routes.post(
    "/v1/deliveries",
    openapi_extra=permission("delivery.record"),
    tags=["deliveries"],
    status_code=201,
)
async def post_delivery(command: RecordDelivery, work: Work, response: Response) -> DeliveryView:
    """Record a delivery under its reference."""
    delivery, done = await record_delivery(work, command)
    response.status_code = 201 if done.outcome == "created" else 200
    return await DELIVERY.shown(work, delivery, response)


@routes.post(
    "/v1/deliveries/{delivery_id}/ratings",
    openapi_extra=permission("delivery.record"),
    tags=["deliveries"],
    status_code=201,
)
async def post_rating(
    delivery_id: Identifier, command: RateDelivery, work: Work, response: Response
) -> RatingView:
    """Record one rating form of a delivery, under its number. The ETag is the delivery's."""
    rating, done = await rate_delivery(work, delivery_id, command)
    response.status_code = 201 if done.outcome == "created" else 200
    return await RATING.shown(work, rating, response)


put_right(
    routes,
    "/v1/deliveries/{delivery_id}",
    permission("delivery.record"),
    DELIVERY.shown,
    tag="deliveries",
    corrections=correct_delivery,
    void=void_delivery,
)


put_right(
    routes,
    "/v1/ratings/{rating_id}",
    permission("delivery.record"),
    RATING.shown,
    tag="deliveries",
    corrections=correct_rating,
    void=void_rating,
)

"""Deliveries and their ratings over HTTP."""

from datetime import date
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier
from libs.common.http.requests import IfMatch, Read, Work, etag, permission, router
from services.survey.deliveries.commands import (
    CorrectDelivery,
    CorrectRating,
    RateDelivery,
    RecordDelivery,
    VoidDelivery,
    VoidRating,
    correct_delivery,
    correct_rating,
    rate_delivery,
    rated,
    record_delivery,
    void_delivery,
    void_rating,
)
from services.survey.deliveries.domain import Delivery, Rating

routes = router()


class DeliveryView(BaseModel):
    """A course, network meeting or piece of bespoke work."""

    delivery_id: UUID
    reference: str
    kind: str
    course: str | None
    delivered_on: date
    delegates: int | None
    void: bool

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryView":
        """Show a delivery."""
        return cls(
            delivery_id=delivery.id,
            reference=delivery.reference,
            kind=delivery.kind,
            course=delivery.course,
            delivered_on=delivery.delivered_on,
            delegates=delivery.delegates,
            void=delivery.void,
        )


class RatingView(BaseModel):
    """One rating form."""

    rating_id: UUID
    delivery_id: UUID
    form: int
    content: int | None
    methods: int | None
    void: bool

    @classmethod
    def of(cls, rating: Rating) -> "RatingView":
        """Show a rating form."""
        return cls(
            rating_id=rating.id,
            delivery_id=rating.delivery_id,
            form=rating.form,
            content=rating.content,
            methods=rating.methods,
            void=rating.void,
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
    etag(response, work, delivery)
    return DeliveryView.of(delivery)


@routes.get(
    "/v1/deliveries/{delivery_id}",
    openapi_extra=permission("delivery.read"),
    tags=["deliveries"],
)
async def get_delivery(delivery_id: Identifier, read: Read, response: Response) -> DeliveryView:
    """Show a delivery."""
    delivery = await read.get(Delivery, delivery_id)
    etag(response, read, delivery)
    return DeliveryView.of(delivery)


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
    etag(response, work, await work.get(Delivery, delivery_id))
    response.status_code = 201 if done.outcome == "created" else 200
    return RatingView.of(rating)


@routes.post(
    "/v1/deliveries/{delivery_id}/corrections",
    openapi_extra=permission("delivery.record"),
    tags=["deliveries"],
)
async def post_delivery_correction(
    delivery_id: Identifier,
    command: CorrectDelivery,
    version: IfMatch,
    work: Work,
    response: Response,
) -> DeliveryView:
    """Correct a delivery: the whole of it is told again, with the reason."""
    delivery = await correct_delivery(work, delivery_id, command, version)
    etag(response, work, delivery)
    return DeliveryView.of(delivery)


@routes.post(
    "/v1/deliveries/{delivery_id}/void",
    openapi_extra=permission("delivery.record"),
    tags=["deliveries"],
)
async def post_delivery_void(
    delivery_id: Identifier, command: VoidDelivery, version: IfMatch, work: Work, response: Response
) -> DeliveryView:
    """Void a delivery, so that neither it nor its rating forms count."""
    delivery = await void_delivery(work, delivery_id, command, version)
    etag(response, work, delivery)
    return DeliveryView.of(delivery)


@routes.get(
    "/v1/ratings/{rating_id}", openapi_extra=permission("delivery.read"), tags=["deliveries"]
)
async def get_rating(rating_id: Identifier, read: Read, response: Response) -> RatingView:
    """Show a rating form. The ETag is its delivery's."""
    rating, delivery = await rated(read, rating_id)
    etag(response, read, delivery)
    return RatingView.of(rating)


@routes.post(
    "/v1/ratings/{rating_id}/corrections",
    openapi_extra=permission("delivery.record"),
    tags=["deliveries"],
)
async def post_rating_correction(
    rating_id: Identifier, command: CorrectRating, version: IfMatch, work: Work, response: Response
) -> RatingView:
    """Correct the marks of a rating form. The ETag is its delivery's."""
    rating, delivery = await correct_rating(work, rating_id, command, version)
    etag(response, work, delivery)
    return RatingView.of(rating)


@routes.post(
    "/v1/ratings/{rating_id}/void",
    openapi_extra=permission("delivery.record"),
    tags=["deliveries"],
)
async def post_rating_void(
    rating_id: Identifier, command: VoidRating, version: IfMatch, work: Work, response: Response
) -> RatingView:
    """Void a rating form, so that it no longer counts. The ETag is its delivery's."""
    rating, delivery = await void_rating(work, rating_id, command, version)
    etag(response, work, delivery)
    return RatingView.of(rating)

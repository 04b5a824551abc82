"""Courses, networks and bespoke work: recorded under a reference, and rated form by form."""

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID, uuid4

from pydantic import Field

from libs.common.errors import Fault, Rejected
from libs.common.fields import Code, Day, Identifier, Reference, Strict, StrictInt64
from libs.common.imports import Done
from libs.common.parts import parts
from libs.common.recorded import AlreadyRecorded, ahead, pairs, refuse_other
from libs.common.uow import UnitOfWork
from services.survey.commands.found import (
    by_reference,
    hold,
    keep,
    one_of,
    prepare_references,
    remember,
    rows_of,
    table,
)
from services.survey.courses import Course, courses
from services.survey.domain import Delivery, Rating
from services.survey.domain.delivery import BESPOKE, TRAINING, DeliveryKind

Delegates = Annotated[StrictInt64, Field(ge=0, le=100_000)]
FormNumber = Annotated[StrictInt64, Field(ge=1, le=1_000_000)]
Mark = Annotated[StrictInt64, Field(ge=1, le=10)]
"""A whole mark from 1 to 10; 0, 11 and 9.5 are refused, never clamped (domain brief, trap 56)."""

RATINGS: Final = "ratings by delivery and form"


class RecordDelivery(Strict):
    """A course or network meeting with its code and delegates, or a piece of bespoke work.

    The code, and of bespoke work the kind, is on the list of `GET /survey/v1/courses` for the day.
    """

    reference: Reference
    kind: DeliveryKind
    course: Code | None = None
    delivered_on: Day
    delegates: Delegates | None = None


class RateDelivery(Strict):
    """One rating form, by its number within the delivery; an unanswered question is null."""

    form: FormNumber
    content: Mark | None = None
    methods: Mark | None = None


class RatingRow(RateDelivery):
    """A rating form as one row of an import."""

    delivery_id: Identifier


async def record_delivery(uow: UnitOfWork, command: RecordDelivery) -> tuple[Delivery, Done]:
    """Record a delivery under a code on the list; the same again changes nothing."""
    delivery = await by_reference(uow, Delivery, command.reference)
    faults = _faults(uow, command)
    if delivery is None:  # what is on record already stays, whatever the list has come to say
        faults += code_faults(command, courses())
    if faults:
        raise Rejected(faults=faults)
    if delivery is None:
        delivery = one_of(uow, Delivery(id=uuid4(), **command.model_dump()))
        uow.emit(delivery, delivery.deliver())
        return delivery, Done("created", delivery.id)
    refuse_other(AlreadyRecorded, pairs(delivery, command.model_dump()))
    return delivery, Done("unchanged", delivery.id)


def _faults(uow: UnitOfWork, command: RecordDelivery) -> list[Fault]:
    faults = ahead(uow, command, "delivered_on")
    if command.kind in BESPOKE:
        if command.course is not None:
            faults.append(Fault("not-of-this-kind", "Bespoke work is no course.", "/course"))
    else:
        if command.course is None:
            faults.append(Fault("missing", "A course or network has a code.", "/course"))
        if command.delegates is None:
            faults.append(Fault("missing", "Delegates at it are counted.", "/delegates"))
    return faults


def code_faults(command: RecordDelivery, listed: Sequence[Course]) -> list[Fault]:
    """Find a code that is not on the list, or not valid on the day (domain brief 13.9).

    The code of bespoke work is its kind.
    """
    kind = TRAINING.get(command.kind)
    code, pointer = (command.course, "/course") if kind else (command.kind, "/kind")
    if code is None:
        return []
    found = [one for one in listed if (one.kind, one.code) == (kind or "bespoke", code)]
    if not found:
        detail = "No such code is on the list of this kind: see GET /survey/v1/courses."
        return [Fault("unknown-code", detail, pointer)]
    if not found[0].valid_on(command.delivered_on):
        detail = "The code is not valid on the day of delivery: see GET /survey/v1/courses."
        return [Fault("code-not-valid-on-day", detail, pointer)]
    return []


async def rate_delivery(
    uow: UnitOfWork, delivery_id: UUID, command: RateDelivery
) -> tuple[Rating, Done]:
    """Record a rating form; the same again changes nothing."""
    delivery = await uow.get(Delivery, delivery_id)
    rating = await _rating(uow, delivery_id, command.form)
    if rating is None:
        rating = uow.add(
            Rating(
                id=uuid4(),
                delivery_id=delivery_id,
                form=command.form,
                content=command.content,
                methods=command.methods,
            )
        )
        remember(uow, RATINGS, (delivery_id, command.form), rating)
        uow.emit(delivery, delivery.rate(rating))
        return rating, Done("created", rating.id)
    marks = command.model_dump(include={"content", "methods"})
    refuse_other(AlreadyRecorded, pairs(rating, marks))
    return rating, Done("unchanged", rating.id)


async def _rating(uow: UnitOfWork, delivery_id: UUID, form: int) -> Rating | None:
    known = table(uow, RATINGS)
    if known is not None:
        return known.get((delivery_id, form))
    of_form = (Rating.delivery_id == delivery_id) & (Rating.form == form)
    return next(iter(await rows_of(uow, Rating, of_form)), None)


async def prepare_deliveries(uow: UnitOfWork, rows: Sequence[RecordDelivery]) -> None:
    """Load at once what a chunk names."""
    await prepare_references(uow, Delivery, [row.reference for row in rows])


async def prepare_ratings(uow: UnitOfWork, rows: Sequence[RatingRow]) -> None:
    """Load at once what a chunk names."""
    ids = [row.delivery_id for row in rows]
    await hold(uow, Delivery, ids)
    ratings: dict[tuple[UUID, int], Rating] = {}
    for part in parts(ids):
        for one in await rows_of(uow, Rating, Rating.delivery_id.in_(part)):
            ratings[one.delivery_id, one.form] = one
    keep(uow, RATINGS, ratings)

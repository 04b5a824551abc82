"""Courses, networks and bespoke work: recorded under a reference, and rated form by form."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import Field

from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Code, Day, Identifier, Reference, Strict, StrictInt64
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import AlreadyRecorded, ahead, pairs, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.survey.courses.domain import Course, courses
from services.survey.deliveries.codes import BESPOKE, TRAINING, DeliveryKind
from services.survey.deliveries.domain import Delivery, Rating

Delegates = Annotated[StrictInt64, Field(ge=0, le=100_000)]
FormNumber = Annotated[StrictInt64, Field(ge=1, le=1_000_000)]
Mark = Annotated[StrictInt64, Field(ge=1, le=10)]
"""A whole mark from 1 to 10; 0, 11 and 9.5 are refused, never clamped (domain brief, trap 56)."""


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


async def record_delivery(
    uow: UnitOfWork, command: RecordDelivery
) -> tuple[Delivery, CommandOutcome]:
    """Record a delivery under a code on the list; the same again changes nothing."""
    delivery = await uow.find(Delivery, reference=command.reference)
    errors = _errors(uow, command)
    if delivery is None:  # what is on record already stays, whatever the list has come to say
        errors += code_errors(command, courses())
    if errors:
        raise Rejected(errors=errors)
    if delivery is None:
        delivery = uow.add(Delivery(id=uuid4(), **command.model_dump()))
        uow.emit(delivery, delivery.deliver())
        return delivery, CommandOutcome("created", delivery.id)
    refuse_other(AlreadyRecorded, pairs(delivery, command.model_dump()))
    return delivery, CommandOutcome("unchanged", delivery.id)


def _errors(uow: UnitOfWork, command: RecordDelivery) -> list[ValidationError]:
    errors = ahead(uow, command)
    if command.kind in BESPOKE:
        if command.course is not None:
            errors.append(
                ValidationError("not-of-this-kind", "Bespoke work has no course code.", "/course")
            )
    else:
        if command.course is None:
            errors.append(
                ValidationError("missing", "A course or network meeting needs a code.", "/course")
            )
        if command.delegates is None:
            errors.append(
                ValidationError(
                    "missing",
                    "A course or network meeting needs its number of delegates.",
                    "/delegates",
                )
            )
    return errors


def code_errors(command: RecordDelivery, listed: Sequence[Course]) -> list[ValidationError]:
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
        return [ValidationError("unknown-code", detail, pointer)]
    if not found[0].valid_on(command.delivered_on):
        detail = "The code is not valid on the day of delivery: see GET /survey/v1/courses."
        return [ValidationError("code-not-valid-on-day", detail, pointer)]
    return []


async def rate_delivery(
    uow: UnitOfWork, delivery_id: UUID, command: RateDelivery
) -> tuple[Rating, CommandOutcome]:
    """Record a rating form; the same again changes nothing."""
    delivery = await uow.get(Delivery, delivery_id)
    rating = await uow.find(Rating, delivery_id=delivery_id, form=command.form)
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
        uow.emit(delivery, delivery.rate(rating))
        return rating, CommandOutcome("created", rating.id)
    marks = command.model_dump(include={"content", "methods"})
    refuse_other(AlreadyRecorded, pairs(rating, marks))
    return rating, CommandOutcome("unchanged", rating.id)

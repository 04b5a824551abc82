"""Courses, networks and bespoke work: recorded under a reference, and rated form by form."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Final
from uuid import UUID, uuid4

from pydantic import Field

from libs.common.contracts.survey import DeliveryKind
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.errors import NotFound, ValidationError
from libs.common.core.fields import (
    Code,
    Day,
    LongText,
    Reference,
    Strict,
    StrictBool,
    StrictInt64,
    Text,
)
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import (
    AlreadyRecorded,
    ahead,
    pairs,
    refuse_ahead,
    refuse_other,
    stands_again,
)
from libs.common.persistence.uow import ReadTransaction, UnitOfWork
from services.survey.concerns.commands import Written, look_for_harm
from services.survey.courses.domain import Course, courses
from services.survey.deliveries.codes import BESPOKE, TRAINING
from services.survey.deliveries.domain import Delivery, Details, Marks, Rating
from services.survey.deliveries.keys import DeliveryId
from services.survey.keys import SchoolId

Delegates = Annotated[StrictInt64, Field(ge=0, le=100_000)]
FormNumber = Annotated[StrictInt64, Field(ge=1, le=1_000_000)]
Mark = Annotated[StrictInt64, Field(ge=1, le=10)]
"""A whole mark from 1 to 10; 0, 11 and 9.5 are refused, never clamped (domain brief, trap 56)."""


STAYS: Final = ("title", "school_id")
STAYS_ON_A_FORM: Final = ("comment", "may_quote")
"""What stays as it is where it is left out; null empties it."""


class DeliveryDetails(Strict):
    """A course or network meeting with its code and delegates, or a piece of bespoke work.

    The code, and of bespoke work the kind, is on the list of `GET /survey/v1/courses` for the day.
    A ``title`` is what those who were there know it by, where the list calls it otherwise;
    ``school_id`` the school that it was given at, or that bought it.
    """

    kind: DeliveryKind
    course: Code | None = None
    delivered_on: Day
    delegates: Delegates | None = None
    title: Text | None = None
    school_id: SchoolId | None = None

    def details(self, was: Details) -> Details:
        """Return what was delivered, as it is told now."""
        return replace(was, **_told(self, Details, STAYS))


class RecordDelivery(DeliveryDetails):
    """A delivery under the recorder's reference."""

    reference: Reference


class CorrectDelivery(DeliveryDetails, Correction):
    """All that a delivery was in truth, and why it is corrected."""


class RatingForm(Strict):
    """The marks of a rating form, and a comment; an unanswered question is null."""

    content: Mark | None = None
    methods: Mark | None = None
    comment: LongText | None = None
    may_quote: StrictBool | None = None

    def marks(self, was: Marks) -> Marks:
        """Return what is on the form, as it is told now."""
        return replace(was, **_told(self, Marks, STAYS_ON_A_FORM))


def _told(command: Strict, kind: type[Details | Marks], stays: Sequence[str]) -> dict[str, Any]:
    """Return what a command says of these; what stays where it is left out says nothing."""
    silent = {name for name in stays if not command.said(name)}
    return command.model_dump(include={*kind.__slots__} - silent)


class RateDelivery(RatingForm):
    """One rating form, by its number within the delivery."""

    form: FormNumber


class CorrectRating(RatingForm, Correction):
    """The marks that are on the form, and why they are corrected."""


class RatingRow(RateDelivery):
    """A rating form as one row of an import."""

    delivery_id: DeliveryId


async def record_delivery(
    uow: UnitOfWork, command: RecordDelivery, *, in_file: bool = False
) -> tuple[Delivery, CommandOutcome]:
    """Record a delivery under a code on the list; the same again changes nothing."""
    delivery = await uow.find(Delivery, reference=command.reference)
    given = _told(command, Details, STAYS)
    void = delivery is not None and delivery.void
    again = void and stands_again(delivery, given, in_file=in_file)
    # What is on record already stays, whatever the list has come to say.
    _check(uow, command, against_list=delivery is None or again)
    if delivery is None:
        delivery = uow.add(Delivery(id=uuid4(), **command.model_dump()))
        uow.emit(delivery, delivery.deliver())
        return delivery, CommandOutcome("created", delivery.id)
    if again:
        uow.emit(delivery, delivery.restore(command.details(delivery.details)))
        return delivery, CommandOutcome("created", delivery.id)
    refuse_other(AlreadyRecorded, pairs(delivery, given))
    return delivery, CommandOutcome("unchanged", delivery.id)


async def correct_delivery(
    uow: UnitOfWork, delivery_id: UUID, command: CorrectDelivery, version: int
) -> Delivery:
    """Correct a delivery: the whole of it is told again, with the reason."""
    refuse_ahead(uow, command)
    delivery = await uow.get(Delivery, delivery_id, version=version)
    details = command.details(delivery.details)
    _check(uow, command, against_list=delivery.details != details)
    if delivery.void or delivery.details != details:
        uow.emit(delivery, delivery.correct(details, command.reason))
        uow.explain(delivery, command.reason, command.note)
    return delivery


async def void_delivery(
    uow: UnitOfWork, delivery_id: UUID, command: Withdrawal, version: int
) -> Delivery:
    """Void a delivery, so that neither it nor its rating forms count."""
    delivery = await uow.get(Delivery, delivery_id, version=version)
    uow.emit(delivery, delivery.withdraw(command.reason))
    uow.explain(delivery, command.reason, command.note)
    return delivery


def _check(uow: UnitOfWork, command: DeliveryDetails, *, against_list: bool) -> None:
    errors = _errors(uow, command)
    if against_list:
        errors += code_errors(command, courses())
    uow.faults.add(errors)


def _errors(uow: UnitOfWork, command: DeliveryDetails) -> list[ValidationError]:
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


def code_errors(command: DeliveryDetails, listed: Sequence[Course]) -> list[ValidationError]:
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
    uow: UnitOfWork, delivery_id: UUID, command: RateDelivery, *, in_file: bool = False
) -> tuple[Rating, CommandOutcome]:
    """Record a rating form; the same again changes nothing."""
    delivery = await uow.get(Delivery, delivery_id)
    rating = await uow.find(Rating, delivery_id=delivery_id, form=command.form)
    given = _told(command, Marks, STAYS_ON_A_FORM)
    if rating is None:
        said = command.model_dump(include={*Marks.__slots__})
        rating = Rating(id=uuid4(), delivery_id=delivery_id, form=command.form, **said)
        uow.add(rating)
    elif rating.void and stands_again(rating, given, in_file=in_file):
        rating.restore(command.marks(rating.marks))
    else:
        refuse_other(AlreadyRecorded, pairs(rating, given))
        return rating, CommandOutcome("unchanged", rating.id)
    uow.emit(delivery, delivery.rate(rating))
    await look_for_harm(uow, _written(delivery, rating))
    return rating, CommandOutcome("created", rating.id)


async def correct_rating(
    uow: UnitOfWork, rating_id: UUID, command: CorrectRating, version: int
) -> tuple[Rating, Delivery]:
    """Correct the marks of a rating form. The ETag is its delivery's."""
    rating, delivery = await rated(uow, rating_id, version)
    before, marks = rating.comment, command.marks(rating.marks)
    if rating.void or rating.marks != marks:
        uow.emit(delivery, rating.correct(marks, command.reason))
        uow.explain(rating, command.reason, command.note)
    if before != rating.comment:
        await look_for_harm(uow, _written(delivery, rating))
    return rating, delivery


def _written(delivery: Delivery, rating: Rating) -> Written:
    return Written(text=rating.comment or "", school_id=delivery.school_id)


async def void_rating(
    uow: UnitOfWork, rating_id: UUID, command: Withdrawal, version: int
) -> tuple[Rating, Delivery]:
    """Void a rating form, so that it no longer counts. The ETag is its delivery's."""
    rating, delivery = await rated(uow, rating_id, version)
    uow.emit(delivery, rating.withdraw(command.reason))
    uow.explain(rating, command.reason, command.note)
    return rating, delivery


async def rated(
    read: ReadTransaction, rating_id: UUID, version: int | None = None
) -> tuple[Rating, Delivery]:
    """Return a form and the delivery it is of, or raise NotFound."""
    rating = await read.find(Rating, id=rating_id)
    if rating is None:
        raise NotFound(code="not-found", detail="There is no such rating form.")
    return rating, await read.get(Delivery, rating.delivery_id, version=version)

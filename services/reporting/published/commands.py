"""Values published before are entered as they were printed, corrected and withdrawn."""

from fractions import Fraction
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import Field, StringConstraints

from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.core.fields import Reference, Strict, StrictInt64, Text, YearLabel, form
from libs.common.persistence.recorded import pairs, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.reporting.figures import FIGURES
from services.reporting.presentation import Unit
from services.reporting.published.domain import PublishedValue

_EXACT = form(
    r"^-?[0-9]{1,12}(/[1-9][0-9]{0,11}|\.[0-9]{1,6})?$",
    "a whole number, a decimal such as 71.3, or a fraction such as 479/672",
)


class AlreadyEntered(Conflict):
    """A figure has one published value a year."""

    at = "academic_year"
    detail = "This figure has a published value of this year. Correct it."


class Printed(Strict):
    """What was printed and where; exactly, and the counts behind it, as far as that is known."""

    printed: Text
    value: Annotated[str, StringConstraints(pattern=_EXACT)] | None = None
    count: Annotated[StrictInt64, Field(ge=0, le=1_000_000)] | None = None
    out_of: Annotated[StrictInt64, Field(ge=1, le=1_000_000)] | None = None
    source: Text


class EnterPublishedValue(Printed):
    """A figure of a year as it was published before there was this product."""

    figure: Reference
    academic_year: YearLabel


class CorrectPublishedValue(Printed, Correction):
    """All that was printed in truth, and why it is corrected."""


async def enter_published_value(uow: UnitOfWork, command: EnterPublishedValue) -> PublishedValue:
    """Enter a value; the same again changes nothing, another one is refused."""
    _check(command, command.figure)
    figure, year = command.figure, command.academic_year
    value = await uow.find(PublishedValue, figure=figure, academic_year=year)
    said = command.model_dump(exclude={"figure", "academic_year"})
    if value is None:
        by = uow.actor.subject
        return uow.add(
            PublishedValue(id=uuid4(), figure=figure, academic_year=year, entered_by=by, **said)
        )
    if value.void:
        _take(value, said)
        value.void = False
    else:
        refuse_other(AlreadyEntered, pairs(value, said))
    return value


async def correct_published_value(
    uow: UnitOfWork, value_id: UUID, command: CorrectPublishedValue, version: int
) -> PublishedValue:
    """Correct a published value: all of it is told again, with the reason."""
    value = await uow.get(PublishedValue, value_id, version=version)
    value.check_stands()
    _check(command, value.figure)
    _take(value, command.model_dump(exclude={"reason", "note"}))
    uow.explain(value, command.reason, command.note)
    return value


async def void_published_value(
    uow: UnitOfWork, value_id: UUID, command: Withdrawal, version: int
) -> PublishedValue:
    """Withdraw a published value, so that no trend shows it."""
    value = await uow.get(PublishedValue, value_id, version=version)
    value.check_stands()
    value.void = True
    uow.explain(value, command.reason, command.note)
    return value


def _take(value: PublishedValue, said: dict[str, object]) -> None:
    for name, one in said.items():
        setattr(value, name, one)


def _check(command: Printed, figure: str) -> None:
    errors = []
    unit = {one.id: one.unit for one in FIGURES}.get(figure)
    if unit is None:
        detail = "There is no such figure; GET /reporting/v1/figures lists them."
        errors.append(ValidationError("unknown-code", detail, "/figure"))
    errors += _wrong_counts(command, is_share=unit in {None, Unit.PER_CENT, Unit.ALL_TEAMS})
    if errors:
        raise Rejected(errors=errors)


def _wrong_counts(command: Printed, *, is_share: bool) -> list[ValidationError]:
    """Find counts that are not those of a share, and a value that is another than they make."""
    count, of = command.count, command.out_of
    if (count is None) != (of is None):
        detail = "Give the count and what it is of, or neither."
        return [ValidationError("not-both", detail, "/out_of")]
    if count is None or of is None:
        return []
    if not is_share:
        detail = "belongs to a figure in per cent: of this one give the value alone"
        return [ValidationError("counts-of-no-share", detail, "/count")]
    if count > of:
        return [ValidationError("out-of-range", "is more than what it is of", "/count")]
    if command.value is None or _rounds_to(Fraction(100 * count, of), command.value):
        return []
    detail = "is not what the counts make, in per cent: correct one of them, or leave it out"
    return [ValidationError("contradicts-counts", detail, "/value")]


def _rounds_to(share: Fraction, value: str) -> bool:
    """Say whether a value is a share to as many decimals as it has; a fraction is it exactly."""
    step = 0 if "/" in value else Fraction(1, 10 ** len(value.partition(".")[2]))
    return 2 * abs(Fraction(value) - share) <= step

"""Results: recorded, corrected, voided."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select

from libs.common.contracts.assessment import Subject, Term
from libs.common.core.clock import AcademicYear
from libs.common.core.errors import Conflict, NotFound, Rejected, ValidationError
from libs.common.core.fields import (
    Code,
    Day,
    LongText,
    Reference,
    Strict,
    StrictBool,
    YearLabel,
)
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import (
    ahead,
    pairs,
    refuse_ahead,
    refuse_other,
    under_reference,
)
from libs.common.persistence.uow import Access, UnitOfWork
from services.assessment.caseload import on_caseload
from services.assessment.keys import ChildId
from services.assessment.known import KnownChild, check_known
from services.assessment.results.access import moderating
from services.assessment.results.codes import CorrectionReason, VoidReason
from services.assessment.results.domain import Reading, Result, ResultVersion
from services.assessment.results.keys import ResultId
from services.assessment.schemes.domain import scheme_on
from services.assessment.windows.domain import Windows, window_of

AGAIN: Final = "recorded-again"
"""Why a version ended that was void."""


class AnotherResult(Conflict):
    """A reference stands for one result."""

    code = "already-recorded"
    detail = "This reference belongs to another result. To change that result, correct it."


class RecordResult(Strict):
    """A child's position in a subject at an assessment point, under the recorder's reference."""

    reference: Reference
    child_id: ChildId
    academic_year: YearLabel
    term: Term
    subject: Subject
    position: Code
    assessed_on: Day
    moderated: StrictBool


class CorrectResult(Strict):
    """Another reading in place of the one on record, and why."""

    position: Code
    assessed_on: Day
    moderated: StrictBool
    reason: CorrectionReason
    note: LongText | None = None


class CorrectionRow(CorrectResult):
    """A correction as one row of an import."""

    assessment_id: ResultId


class VoidResult(Strict):
    """Take a result out of every count, and why."""

    reason: VoidReason
    note: LongText | None = None


class VoidRow(VoidResult):
    """A withdrawal as one row of an import."""

    assessment_id: ResultId


def reading_of(subject: str, position: str, assessed_on: date, *, moderated: bool) -> Reading:
    """Look a position up in the scheme in force on the day; refuse what is not in it."""
    scheme = scheme_on(assessed_on)
    if scheme is not None and subject not in scheme.subjects:
        raise Rejected(
            errors=[
                ValidationError(
                    "unknown-subject",
                    "The scheme in force does not cover this subject.",
                    "/subject",
                )
            ]
        )
    found = scheme.find(position) if scheme else None
    if scheme is None or found is None:
        raise Rejected(
            errors=[
                ValidationError(
                    "unknown-position", "The scheme in force has no such position.", "/position"
                )
            ]
        )
    scale, place = found
    return Reading(
        scheme.scheme,
        scheme.version,
        scale.scale,
        place.code,
        place.value_tenths,
        assessed_on,
        moderated,
    )


def _reading(
    uow: UnitOfWork,
    command: RecordResult | CorrectResult,
    academic_year: str,
    subject: str,
    access: Access,
    outside: Sequence[ValidationError],
) -> Reading:
    """Return what a command says was found, or refuse it for all that is wrong with it."""
    errors = [*ahead(uow, command), *outside]
    if command.assessed_on not in AcademicYear.parse(academic_year):
        detail = "The day is not in that academic year."
        errors.append(ValidationError("outside-year", detail, "/assessed_on"))
    if not access.reaches:
        detail = "A teacher's own result can be marked as moderated only by somebody else."
        errors.append(ValidationError("not-yours-to-moderate", detail, "/moderated"))
    try:
        reading = reading_of(
            subject, command.position, command.assessed_on, moderated=command.moderated
        )
    except Rejected as refusal:
        raise Rejected(errors=[*errors, *refusal.errors]) from None
    if errors:
        raise Rejected(errors=errors)
    return reading


async def _outside(
    uow: UnitOfWork, academic_year: str, term: Term, day: date
) -> list[ValidationError]:
    """Find a day that is not in its term's window, both ends included (domain brief 13.3)."""
    year = AcademicYear.parse(academic_year)
    windows = await uow.find(Windows, academic_year=academic_year)
    first, last = window_of(year, term, windows)
    if day not in year or first <= day <= last:
        return []
    detail = f"A result of the {term} term of {academic_year} is of a day from {first} to {last}."
    return [ValidationError("outside-window", detail, "/assessed_on")]


async def record_result(
    uow: UnitOfWork, command: RecordResult, *, in_file: bool = False
) -> tuple[Result, CommandOutcome]:
    """Record a result; the same again changes nothing, another under its reference is refused.

    One that was voided stands again, as it is told now.
    """
    access = moderating(uow.access) if command.moderated else uow.access
    known = await uow.all(Result, reference=command.reference)
    result = under_reference(known, child_id=command.child_id)
    year, day = command.academic_year, command.assessed_on
    new = result is None or result.void
    outside = await _outside(uow, year, command.term, day) if new else []
    reading = _reading(uow, command, year, command.subject, access, outside)
    # Reach comes first: who may not see a child does not hear whether there is such a child.
    await _check_reach(uow, access, command.child_id)
    check_known(await uow.find(KnownChild, child_id=command.child_id), "child", "child_id")
    if result is None:
        result = uow.add(_new(command, reading))
        uow.emit(result, result.record(command.subject, command.term))
        return result, CommandOutcome("created", result.id)
    fields = await _fields(uow, result, command)
    if _stands_again(result, command, fields, in_file=in_file):
        uow.add(_version(uow, result, AGAIN))
        uow.emit(result, result.restore(year, command.term, command.subject, reading))
        return result, CommandOutcome("created", result.id)
    refuse_other(AnotherResult, fields)
    return result, CommandOutcome("unchanged", result.id)


def _stands_again(
    result: Result,
    command: RecordResult,
    fields: Mapping[str, tuple[object, object]],
    *,
    in_file: bool,
) -> bool:
    """Say whether a void one stands again, as it is told now; one of another child never."""
    if not result.void or result.child_id != command.child_id:
        return False
    return not in_file or any(was != now for was, now in fields.values())


async def _check_reach(uow: UnitOfWork, access: Access, child_id: UUID) -> None:
    """A teacher records for their own caseload, an area manager for their teams'.

    Who moderates more children than they record for, having two roles, records no more for it.
    """
    if not (uow.access.everything and access.everything):
        query = select(on_caseload(uow.access, child_id) & on_caseload(access, child_id))
        if not (await uow.connection.execute(query)).scalar_one():
            raise NotFound(code="not-found", detail="There is no such child.")


def _new(command: RecordResult, reading: Reading) -> Result:
    return Result(
        id=uuid4(),
        reference=command.reference,
        child_id=command.child_id,
        academic_year=command.academic_year,
        term=command.term,
        subject=command.subject,
        scheme=reading.scheme,
        scheme_version=reading.scheme_version,
        scale=reading.scale,
        position=reading.position,
        value_tenths=reading.value_tenths,
        assessed_on=reading.assessed_on,
        moderated=reading.moderated,
    )


async def _fields(
    uow: UnitOfWork, result: Result, command: RecordResult
) -> dict[str, tuple[object, object]]:
    """Put what was recorded first, whatever it was corrected to since, beside what is told."""
    reading = command.model_dump(include={"position", "assessed_on", "moderated"})
    fixed = command.model_dump(include={"child_id", "academic_year", "term", "subject"})
    return pairs(result, fixed) | pairs(await _first_version(uow, result), reading)


async def _first_version(uow: UnitOfWork, result: Result) -> Result | ResultVersion:
    """Return what was recorded first, or when it came to stand again."""
    versions = await _versions(uow, result)
    again = [place for place, one in enumerate(versions, 1) if one.reason == AGAIN]
    return next(iter(versions[again[-1] if again else 0 :]), result)


async def _versions(uow: UnitOfWork, result: Result) -> Sequence[ResultVersion]:
    """Return what a result was before each change, the earliest first."""
    if result.row_version == 1:
        return []
    return await uow.all(ResultVersion, result_id=result.id)


async def correct_result(
    uow: UnitOfWork, id_: UUID, command: CorrectResult, version: int | None = None
) -> tuple[Result, CommandOutcome]:
    """Correct a result. The earlier values stay in its history.

    The same correction again changes nothing, nor does one that was made before and corrected
    since, unless ``version`` says expressly from where it goes back.
    """
    refuse_ahead(uow, command)
    result = await uow.get(Result, id_, version=version)
    year, term = result.academic_year, result.term_of_year
    same = result.assessed_on == command.assessed_on
    outside = [] if same else await _outside(uow, year, term, command.assessed_on)
    reading = _reading(uow, command, year, result.subject, uow.access, outside)
    if result.reading == reading or (version is None and await _made(uow, result, command)):
        return result, CommandOutcome("unchanged", result.id)
    uow.add(_version(uow, result, command.reason))
    uow.emit(result, result.correct(reading))
    uow.explain(result, command.reason, command.note)
    return result, CommandOutcome("updated", result.id)


async def _made(uow: UnitOfWork, result: Result, command: CorrectResult) -> bool:
    """Say whether this very correction is in the result's history, whatever followed it."""
    before = await _versions(uow, result)
    readings: list[Result | ResultVersion] = [*before, result]
    given = command.position, command.assessed_on, command.moderated
    return any(
        was.reason == command.reason and (then.position, then.assessed_on, then.moderated) == given
        for was, then in zip(before, readings[1:], strict=True)
    )


async def void_result(
    uow: UnitOfWork, id_: UUID, command: VoidResult, version: int | None = None
) -> tuple[Result, CommandOutcome]:
    """Void a result, so that it no longer counts. In a file, one that is void already stays so."""
    result = await uow.get(Result, id_, version=version)
    if result.void and version is None:
        return result, CommandOutcome("unchanged", result.id)
    uow.add(_version(uow, result, command.reason))
    uow.emit(result, result.withdraw(command.reason))
    uow.explain(result, command.reason, command.note)
    return result, CommandOutcome("updated", result.id)


def _version(uow: UnitOfWork, result: Result, reason: str) -> ResultVersion:
    return ResultVersion(
        result_id=result.id,
        version=result.row_version,
        position=result.position,
        assessed_on=result.assessed_on,
        moderated=result.moderated,
        reason=reason,
        changed_by=uow.actor.subject,
        changed_at=uow.recorded_at,
    )

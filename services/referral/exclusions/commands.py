"""Exclusions under the county's reference: recorded, upheld, rescinded."""

from uuid import uuid4

from libs.common.contracts.referral import ExclusionCategory, Ground
from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Day, Identifier, Reference, Strict, StrictInt64
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import AlreadyRecorded, ahead, refuse_other, under_reference
from libs.common.persistence.uow import UnitOfWork
from services.referral.children.domain import Child
from services.referral.exclusions.domain import Exclusion
from services.referral.schools.domain import School

FIXED = ("child_id", "school_id", "category", "starts_on", "half_days")
LATER = ("upheld_on", "rescinded_on", "ground")
"""What a county may not know at first: left out, it says nothing; once said, it stays."""


class RecordExclusion(Strict):
    """An exclusion as the county knows it: with its upholding or rescinding once there is one."""

    child_id: Identifier
    school_id: Identifier
    category: ExclusionCategory
    starts_on: Day
    half_days: StrictInt64 | None = None
    upheld_on: Day | None = None
    rescinded_on: Day | None = None
    ground: Ground | None = None


class ExclusionRow(RecordExclusion):
    """An exclusion as one row of an import."""

    reference: Reference


async def record_exclusion(
    uow: UnitOfWork, reference: str, command: RecordExclusion
) -> tuple[Exclusion, CommandOutcome]:
    """Record an exclusion and its outcome; the same again changes nothing."""
    _check(uow, command)
    # Reach comes first: who may not see a child hears nothing of what is on record of them.
    await uow.get(Child, command.child_id)
    known = await uow.all(Exclusion, reference=reference)
    exclusion = under_reference(known, child_id=command.child_id)
    if exclusion is not None:
        _check_same(exclusion, command)
    _check_days(exclusion, command)
    before = uow.emitted
    created = exclusion is None
    if exclusion is None:
        exclusion = await _record_new(uow, reference, command)
    if command.upheld_on is not None and exclusion.upheld_on is None:
        uow.emit(exclusion, exclusion.uphold(command.upheld_on))
    if command.rescinded_on is not None and exclusion.rescinded_on is None:
        assert command.ground is not None
        uow.emit(exclusion, exclusion.rescind(command.rescinded_on, command.ground))
    changed = uow.emitted > before
    done = CommandOutcome(
        "created" if created else "updated" if changed else "unchanged", exclusion.id
    )
    return exclusion, done


def _check_same(exclusion: Exclusion, command: RecordExclusion) -> None:
    pairs = {name: (getattr(exclusion, name), getattr(command, name)) for name in (*FIXED, *LATER)}
    said = {name: pair for name, pair in pairs.items() if name in FIXED or None not in pair}
    refuse_other(AlreadyRecorded, said)


def _check(uow: UnitOfWork, command: RecordExclusion) -> None:
    errors = ahead(uow, command)
    if (command.rescinded_on is None) != (command.ground is None):
        errors.append(
            ValidationError(
                "go-together", "A rescinded exclusion needs both a day and a ground.", "/ground"
            )
        )
    if command.upheld_on is not None and command.category != "PERM":
        errors.append(
            ValidationError(
                "not-permanent", "Only a permanent exclusion (PERM) can be upheld.", "/upheld_on"
            )
        )
    if command.half_days is not None and not 1 <= command.half_days <= 90:
        errors.append(
            ValidationError(
                "out-of-range", "Half days must be between 1 and 90 (45 school days).", "/half_days"
            )
        )
    if errors:
        raise Rejected(errors=errors)


def _check_days(exclusion: Exclusion | None, command: RecordExclusion) -> None:
    """Refuse an outcome before the exclusion started, and an upholding after it was rescinded.

    It makes no difference whether they come in one call or in several.
    """
    upheld_on, rescinded_on = command.upheld_on, command.rescinded_on
    if exclusion is not None:
        upheld_on = upheld_on or exclusion.upheld_on
        rescinded_on = rescinded_on or exclusion.rescinded_on
    days = {"/upheld_on": upheld_on, "/rescinded_on": rescinded_on}
    errors = [
        ValidationError("before-start", "This day cannot be before the exclusion starts.", pointer)
        for pointer, day in days.items()
        if day is not None and day < command.starts_on
    ]
    if upheld_on is not None and rescinded_on is not None and upheld_on > rescinded_on:
        errors.append(
            ValidationError(
                "after-rescinding",
                "An exclusion cannot be upheld after it was rescinded.",
                "/upheld_on",
            )
        )
    if errors:
        raise Rejected(errors=errors)


async def _record_new(uow: UnitOfWork, reference: str, command: RecordExclusion) -> Exclusion:
    await uow.get(School, command.school_id)
    exclusion = uow.add(
        Exclusion(
            id=uuid4(),
            reference=reference,
            child_id=command.child_id,
            school_id=command.school_id,
            category=command.category,
            starts_on=command.starts_on,
            half_days=command.half_days,
        )
    )
    uow.emit(exclusion, exclusion.record(command.category))
    return exclusion

"""Exclusions under the county's reference: recorded, upheld, rescinded, put right."""

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID, uuid4

from libs.common.contracts.referral import ExclusionCategory, Ground
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.errors import Rejected
from libs.common.core.fields import Day, Needed, Reference, Strict, StrictInt64
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import (
    AlreadyRecorded,
    ahead,
    left_out,
    refuse_anothers_entry,
    refuse_other,
    under_reference,
)
from libs.common.persistence.uow import UnitOfWork
from services.referral.children.domain import Child
from services.referral.children.keys import ChildId
from services.referral.exclusions.domain import Exclusion, Particulars
from services.referral.schools.domain import School
from services.referral.schools.keys import SchoolId

LEARNED_LATER = "learned-later"


class RecordExclusion(Strict):
    """An exclusion as the county knows it: with its upholding or rescinding once there is one."""

    child_id: ChildId
    school_id: Needed[SchoolId] = None
    category: Needed[ExclusionCategory] = None
    starts_on: Needed[Day] = None
    half_days: StrictInt64 | None = None
    upheld_on: Day | None = None
    rescinded_on: Day | None = None
    ground: Ground | None = None


class ExclusionRow(RecordExclusion):
    """An exclusion as one row of an import."""

    reference: Reference


class CorrectExclusion(Correction):
    """All that is known of an exclusion and of what became of it, as it should have been."""

    school_id: SchoolId
    category: ExclusionCategory
    starts_on: Day
    half_days: StrictInt64 | None = None
    upheld_on: Day | None = None
    rescinded_on: Day | None = None
    ground: Ground | None = None


async def record_exclusion(
    uow: UnitOfWork, reference: str, command: RecordExclusion
) -> tuple[Exclusion, CommandOutcome]:
    """Record an exclusion and its outcome; the same again changes nothing.

    What was not known before is filled in, and null empties; another value is refused.
    """
    said = command.model_dump(include={*Particulars.__slots__}, exclude_unset=True)
    if errors := ahead(uow, command):
        whole = not command.left_out()
        uow.faults.add(errors + (Particulars(**said).faults() if whole else []))
    # Reach comes first: who may not see a child hears nothing of what is on record of them.
    await uow.get(Child, command.child_id)
    known = await uow.all(Exclusion, reference=reference)
    exclusion = under_reference(known, child_id=command.child_id)
    standing = None if exclusion is None or exclusion.void else exclusion
    if standing is not None:
        _check_same(standing, command, said)
    what = _checked(command, standing, said)
    before = uow.emitted
    created = exclusion is None
    if standing is None:
        await uow.get(School, what.school_id)
        standing = _record_new(uow, exclusion, reference, command.child_id, what)
    _record_what_became(uow, standing, what)
    changed = uow.emitted > before
    return standing, CommandOutcome(
        "created" if created else "updated" if changed else "unchanged", standing.id
    )


def _check_same(exclusion: Exclusion, command: RecordExclusion, said: dict[str, Any]) -> None:
    """Refuse another value than the one on record: that needs a correction, and its reason."""
    pairs = {name: (getattr(exclusion, name), value) for name, value in said.items()}
    both = {name: pair for name, pair in pairs.items() if None not in pair}
    refuse_other(AlreadyRecorded, {"child_id": (exclusion.child_id, command.child_id), **both})


def _checked(
    command: RecordExclusion, standing: Exclusion | None, said: dict[str, Any]
) -> Particulars:
    """Return what is known with what was said, or refuse it for all that is wrong with it."""
    errors = left_out(command) if standing is None else []
    if errors:
        raise Rejected(errors=errors)
    what = Particulars(**said) if standing is None else replace(standing.particulars, **said)
    if errors := what.faults():
        raise Rejected(errors=errors)
    return what


def _record_new(
    uow: UnitOfWork, void: Exclusion | None, reference: str, child_id: UUID, what: Particulars
) -> Exclusion:
    if void is not None:
        uow.emit(void, void.record_again(what, uow.actor.subject))
        return void
    first = Particulars(what.school_id, what.category, what.starts_on, what.half_days)
    exclusion = uow.add(
        Exclusion(
            id=uuid4(),
            reference=reference,
            child_id=child_id,
            recorded_by=uow.actor.subject,
            **asdict(first),
        )
    )
    uow.emit(exclusion, exclusion.record(what.category))
    return exclusion


def _record_what_became(uow: UnitOfWork, exclusion: Exclusion, what: Particulars) -> None:
    """Uphold and rescind; what was learned or emptied otherwise corrects the record."""
    was = exclusion.particulars
    if what == was:
        return
    added = replace(was, upheld_on=what.upheld_on) if was.upheld_on is None else was
    if was.rescinded_on is None:
        added = replace(added, rescinded_on=what.rescinded_on, ground=what.ground)
    if what != added:
        uow.explain(exclusion, LEARNED_LATER)
        uow.emit(exclusion, exclusion.correct(what, LEARNED_LATER))
        return
    if what.upheld_on is not None and was.upheld_on is None:
        uow.emit(exclusion, exclusion.uphold(what.upheld_on))
    if what.rescinded_on is not None and was.rescinded_on is None:
        assert what.ground is not None
        uow.emit(exclusion, exclusion.rescind(what.rescinded_on, what.ground))


async def correct_exclusion(
    uow: UnitOfWork, id_: UUID, command: CorrectExclusion, version: int
) -> Exclusion:
    """Put an exclusion and what became of it right. What is left out of the body is not known."""
    what = Particulars(**command.model_dump(include={*Particulars.__slots__}))
    uow.faults.add([*ahead(uow, command), *what.faults()])
    exclusion = await uow.get(Exclusion, id_, version=version)
    refuse_anothers_entry(uow, exclusion.recorded_by)
    await uow.get(School, what.school_id)
    if exclusion.void or what != exclusion.particulars:
        uow.explain(exclusion, command.reason, command.note)
        uow.emit(exclusion, exclusion.correct(what, command.reason))
    return exclusion


async def void_exclusion(
    uow: UnitOfWork, id_: UUID, command: Withdrawal, version: int
) -> Exclusion:
    """Void an exclusion that was recorded by mistake. One that a school withdrew is rescinded."""
    exclusion = await uow.get(Exclusion, id_, version=version)
    refuse_anothers_entry(uow, exclusion.recorded_by)
    uow.explain(exclusion, command.reason, command.note)
    uow.emit(exclusion, exclusion.withdraw(command.reason))
    return exclusion

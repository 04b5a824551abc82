"""Activities with children: recorded, put right, withdrawn."""

from uuid import UUID, uuid4

from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.errors import NotFound
from libs.common.core.fields import Day, LongText, Reference, Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import (
    AlreadyRecorded,
    pairs,
    refuse_ahead,
    refuse_other,
    stands_again,
    under_reference,
)
from libs.common.persistence.uow import UnitOfWork
from services.survey.activities.codes import Agreement, Assent, Method
from services.survey.activities.domain import Activity, Told
from services.survey.concerns.commands import Written, look_for_harm
from services.survey.keys import ChildId
from services.survey.known import KnownCase, KnownChild


class Seen(Strict):
    """When and how a child was heard, whether they and their parent agreed, and what was seen."""

    held_on: Day
    method: Method
    assent: Assent
    agreement: Agreement
    notes: LongText | None = None

    @property
    def told(self) -> Told:
        """The same as the activity has it."""
        return Told(**{name: getattr(self, name) for name in Told.__slots__})


class RecordActivity(Seen):
    """An activity with a child, under the recorder's reference."""

    reference: Reference
    child_id: ChildId


class CorrectActivity(Seen, Correction):
    """All that is true of an activity, and why it is corrected."""


async def record_activity(
    uow: UnitOfWork, command: RecordActivity, *, in_file: bool = False
) -> tuple[Activity, CommandOutcome]:
    """Record an activity; the same again changes nothing. A void one stands again, as told now."""
    refuse_ahead(uow, command)
    command.told.check_agreed()
    await _check_reached(uow, command.child_id)
    known = await uow.all(Activity, reference=command.reference)
    activity = under_reference(known, recorded_by=uow.actor.subject)
    given = command.model_dump()
    if activity is None:
        activity = uow.add(Activity(id=uuid4(), recorded_by=uow.actor.subject, **given))
    elif activity.void and _stands_again(activity, given, in_file=in_file):
        activity.restore(command.told)
    else:
        fields = given if not activity.void else {"child_id": command.child_id}
        refuse_other(AlreadyRecorded, pairs(activity, fields))
        return activity, CommandOutcome("unchanged", activity.id)
    await look_for_harm(uow, _written(activity))
    return activity, CommandOutcome("created", activity.id)


def _stands_again(activity: Activity, given: dict[str, object], *, in_file: bool) -> bool:
    """Say whether a void one stands again; of another child never, nor for its notes alone."""
    told = {name: value for name, value in given.items() if name != "notes"}
    return activity.child_id == given["child_id"] and stands_again(activity, told, in_file=in_file)


async def _check_reached(uow: UnitOfWork, child_id: UUID) -> None:
    """Raise NotFound for a child that the caller does not reach, and for one not known."""
    known = bool(await uow.all(KnownChild, child_id=child_id))
    if known and not uow.access.everything:
        known = bool(await uow.all(KnownCase, child_id=child_id))
    if not known:
        raise NotFound(code="not-found", detail="There is no such child.")


async def correct_activity(
    uow: UnitOfWork, activity_id: UUID, command: CorrectActivity, version: int
) -> Activity:
    """Correct an activity: the whole of it is told again, with the reason."""
    refuse_ahead(uow, command)
    command.told.check_agreed()
    activity = await uow.get(Activity, activity_id, version=version)
    before, told = activity.notes, {name: getattr(command, name) for name in Told.__slots__}
    if activity.void or any(was != now for was, now in pairs(activity, told).values()):
        activity.correct(command.told)
        uow.explain(activity, command.reason, command.note)
    if before != activity.notes:
        await look_for_harm(uow, _written(activity))
    return activity


def _written(activity: Activity) -> Written:
    return Written(text=activity.notes or "", child_id=activity.child_id)


async def void_activity(
    uow: UnitOfWork, activity_id: UUID, command: Withdrawal, version: int
) -> Activity:
    """Withdraw an activity, so that it no longer counts. What was seen is deleted."""
    activity = await uow.get(Activity, activity_id, version=version)
    activity.withdraw()
    uow.explain(activity, command.reason, command.note)
    return activity

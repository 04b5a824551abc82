"""Concerns: raised by the rule or by a reader, and followed by a person, step by step."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, or_, select, update

from libs.common.core.clock import local_day, midnight
from libs.common.core.fields import Code, Day, LongText, Strict
from libs.common.messages import queue
from libs.common.messages.outbox import Queued
from libs.common.persistence.recorded import refuse_ahead
from libs.common.persistence.uow import UnitOfWork
from services.survey.concerns.codes import ConcernOutcome, ConcernStep, PassedTo, Sign
from services.survey.concerns.domain import Concern, StepTaken
from services.survey.concerns.messages import ALERT
from services.survey.concerns.rule import rule
from services.survey.tables import message


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody wrote, in answer to a question or otherwise, and about whom."""

    text: str
    response_id: UUID | None = None
    question: str | None = None
    complaint_id: UUID | None = None
    child_id: UUID | None = None
    school_id: UUID | None = None


class RaiseConcern(Strict):
    """That a reader finds a sign of harm in what was written, and what they want to say of it."""

    note: LongText | None = None


class RaiseConcernAboutResponse(RaiseConcern):
    """The same of a response: of what answers one question, or of all that was written."""

    question: Code | None = None


class PassConcernOn(Strict):
    """To whom a concern was passed on, and on which day."""

    passed_to: PassedTo
    passed_on: Day
    note: LongText | None = None


class CloseConcern(Strict):
    """What came of a concern, and why it is closed."""

    outcome: ConcernOutcome
    note: LongText


class ReopenConcern(Strict):
    """Why a closed concern is opened again."""

    note: LongText


async def look_for_harm(uow: UnitOfWork, written: Written) -> None:
    """Raise a concern where the rule finds a sign of harm in what is written now."""
    if signs := rule().signs_in(written.text):
        await heed(uow, written, signs)


async def heed(uow: UnitOfWork, written: Written, signs: Sequence[Sign]) -> None:
    """Raise a concern for signs of harm that the rule found. Nothing here takes one back."""
    await _raise(uow, written, signs=list(signs), rule_version=rule().version)


async def raise_concern(uow: UnitOfWork, written: Written, note: str | None) -> Concern:
    """Raise a concern as a reader, whatever was raised before."""
    return await _raise(uow, written, raised_by=uow.actor.subject, note=note)


async def _raise(uow: UnitOfWork, written: Written, **said: Any) -> Concern:
    """Put a concern on the list and an alert into the outbox, both in this transaction."""
    said |= {**asdict(written), "raised_at": uow.recorded_at, "raised_on": uow.today()}
    concern = uow.add(Concern(id=uuid4(), **said))
    await queue(uow.connection, message, concern.id, [Queued(concern.id, ALERT, "email")])
    return concern


async def acknowledge_concern(uow: UnitOfWork, concern_id: UUID, version: int) -> Concern:
    """Say that one has read a concern and takes care of it."""
    concern = await uow.get(Concern, concern_id, version=version)
    _take(uow, concern, "acknowledge")
    return concern


async def pass_concern_on(
    uow: UnitOfWork, concern_id: UUID, command: PassConcernOn, version: int
) -> Concern:
    """Note to whom a concern was passed on; it stays open."""
    refuse_ahead(uow, command)
    concern = await uow.get(Concern, concern_id, version=version)
    taken = _take(uow, concern, "pass-on", command.note)
    taken.passed_to, taken.passed_on = command.passed_to, command.passed_on
    return concern


async def close_concern(
    uow: UnitOfWork, concern_id: UUID, command: CloseConcern, version: int
) -> Concern:
    """Close a concern, with what came of it."""
    concern = await uow.get(Concern, concern_id, version=version)
    taken = _take(uow, concern, "close", command.note)
    concern.outcome = taken.outcome = command.outcome
    return concern


async def reopen_concern(
    uow: UnitOfWork, concern_id: UUID, command: ReopenConcern, version: int
) -> Concern:
    """Open a closed concern again."""
    concern = await uow.get(Concern, concern_id, version=version)
    _take(uow, concern, "reopen", command.note)
    return concern


async def forget_closed_concerns(uow: UnitOfWork) -> None:
    """Have closed concerns of anonymous returns say no child, and the day alone they were raised.

    The instant is that of the response, to whose answers it would lead. The alert has it too.
    """
    named = or_(Concern.child_id.is_not(None), Concern.school_id.is_not(None))
    over = (Concern.state == "closed", Concern.anonymised, named)
    closed = select(Concern.id, Concern.raised_at).where(*over)
    for one in (await uow.connection.execute(closed)).all():
        said = {
            "child_id": None,
            "school_id": None,
            "raised_at": midnight(local_day(one.raised_at)),
        }
        await uow.connection.execute(update(Concern).where(Concern.id == one.id).values(said))
        await uow.connection.execute(delete(message).where(message.c.about == one.id))


def _take(
    uow: UnitOfWork, concern: Concern, step: ConcernStep, note: str | None = None
) -> StepTaken:
    return uow.add(concern.take(step, uow.recorded_at, uow.actor.subject, note))

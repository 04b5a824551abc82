"""Support paused and resumed, and what was recorded wrongly of either."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from libs.common.contracts.base import Event
from libs.common.contracts.referral import (
    PauseCorrected,
    PauseVoided,
    ResumptionCorrected,
    ResumptionVoided,
)
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.days import PlannedDay
from libs.common.core.fields import Identifier, Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import AlreadyRecorded, refuse_ahead, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.codes import PauseReason
from services.referral.cases.commands.rows import explain, stand, that_stands
from services.referral.cases.domain import (
    Case,
    Pause,
    check_pause,
    check_resumption,
    pause_to_end,
    pauses_that_stand,
)
from services.referral.cases.keys import CaseOn
from services.referral.children.keys import ChildKey


class PauseSupport(Strict):
    """Stop teaching for a while, for a coded reason; with the day of resuming where it is over.

    So pauses that are over are told in any order.
    """

    paused_on: PlannedDay
    reason: PauseReason
    resumed_on: PlannedDay | None = None


class ResumeSupport(Strict):
    """Begin teaching again."""

    resumed_on: PlannedDay


class PauseRow(PauseSupport):
    """A pause as one row of an import."""

    case_id: Annotated[Identifier, CaseOn("child", ChildKey, on="paused_on")]


class ResumptionRow(ResumeSupport):
    """A resumption as one row of an import."""

    case_id: Annotated[Identifier, CaseOn("child", ChildKey, on="resumed_on")]


class CorrectPause(Correction):
    """Another day or reason of a pause in place of what is on record."""

    paused_on: PlannedDay
    pause_reason: PauseReason


class CorrectResumption(Correction):
    """Another day of a resumption in place of the one on record."""

    resumed_on: PlannedDay


async def pause_support(
    uow: UnitOfWork, case_id: UUID, command: PauseSupport, version: int | None = None
) -> Case:
    """Pause a case from a day on; earlier pauses may be told after later ones."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    pauses = await uow.all(Pause, case_id=case.id)
    new = Pause(
        case_id=case.id,
        paused_on=command.paused_on,
        reason=command.reason,
        resumed_on=command.resumed_on,
    )
    events: list[Event] = []
    with uow.faults:
        events.append(case.pause(new))
    with uow.faults:
        events += [case.resume(on) for on in (command.resumed_on,) if on is not None]
    with uow.faults:
        check_pause(pauses, command.paused_on, command.resumed_on)
    case.follow(pauses=[*pauses, stand(uow, pauses, new)])
    for event in events:
        uow.emit(case, event)
    return case


async def resume_support(
    uow: UnitOfWork, case_id: UUID, command: ResumeSupport, version: int | None = None
) -> Case:
    """Resume a case from the last pause that had begun by that day."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    pauses = await uow.all(Pause, case_id=case.id)
    event = case.resume(command.resumed_on)
    case.check("resume")
    pause_to_end(pauses, command.resumed_on).resumed_on = command.resumed_on
    case.follow(pauses=pauses)
    uow.emit(case, event)
    return case


async def pause_in_file(uow: UnitOfWork, row: PauseRow) -> CommandOutcome:
    """Pause a case as a row says; the same again changes nothing, withdrawn since or not."""
    case = await uow.get(Case, row.case_id)
    pauses = await uow.all(Pause, case_id=case.id)
    known = next((one for one in pauses if one.paused_on == row.paused_on), None)
    if known is None or (known.void and known.reason != row.reason):
        return CommandOutcome("created", (await pause_support(uow, case.id, row)).id)
    told = row.resumed_on if known.resumed_on is not None else None
    days = {"resumed_on": (known.resumed_on, told)} if told else {}
    refuse_other(AlreadyRecorded, {"reason": (known.reason, row.reason), **days})
    if row.resumed_on is None or told or known.void:
        return CommandOutcome("unchanged", case.id)
    over = ResumeSupport(resumed_on=row.resumed_on)
    return CommandOutcome("updated", (await resume_support(uow, case.id, over)).id)


async def resume_in_file(uow: UnitOfWork, row: ResumptionRow) -> CommandOutcome:
    """Resume a case as a row says; a resumption on that day that stands changes nothing."""
    case = await uow.get(Case, row.case_id)
    if _resumed(await uow.all(Pause, case_id=case.id), row.resumed_on):
        return CommandOutcome("unchanged", case.id)
    return CommandOutcome("updated", (await resume_support(uow, case.id, row)).id)


async def correct_pause(
    uow: UnitOfWork, case_id: UUID, paused_on: date, command: CorrectPause, version: int
) -> tuple[Case, CommandOutcome]:
    """Put a pause's day or reason right; when support resumed stays as it is."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    pauses = await uow.all(Pause, case_id=case.id)
    old = that_stands(_paused(pauses, paused_on), "pause")
    if (old.paused_on, old.reason) == (command.paused_on, command.pause_reason):
        return case, CommandOutcome("unchanged", case.id)
    others = [one for one in pauses if one is not old]
    with uow.faults:
        check_pause(others, command.paused_on, old.resumed_on)
    new = Pause(
        case_id=case.id,
        paused_on=command.paused_on,
        reason=command.pause_reason,
        resumed_on=old.resumed_on,
    )
    event = case.pause(new)
    moved = command.paused_on != paused_on
    old.void = moved
    kept = stand(uow, pauses, new)
    case.follow(pauses=[*pauses, kept])
    explain(uow, command, old, kept)
    corrected = PauseCorrected(
        case_id=case.id,
        child_id=case.child_id,
        paused_on=event.paused_on,
        pause_reason=event.reason,
        formerly_on=paused_on if moved else None,
        reason=command.reason,
    )
    uow.emit(case, corrected)
    return case, CommandOutcome("updated", case.id)


async def void_pause(
    uow: UnitOfWork, case_id: UUID, paused_on: date, command: Withdrawal, version: int
) -> tuple[Case, CommandOutcome]:
    """Withdraw a pause that was recorded by mistake, and the resumption after it."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    pauses = await uow.all(Pause, case_id=case.id)
    old = that_stands(_paused(pauses, paused_on), "pause")
    if old.resumed_on is not None:
        was, reason = old.resumed_on, command.reason
        uow.emit(case, ResumptionVoided(**case.named, resumed_on=was, reason=reason))
    old.void = True
    case.follow(pauses=pauses)
    explain(uow, command, old)
    uow.emit(case, PauseVoided(**case.named, paused_on=paused_on, reason=command.reason))
    return case, CommandOutcome("updated", case.id)


async def correct_resumption(
    uow: UnitOfWork, case_id: UUID, resumed_on: date, command: CorrectResumption, version: int
) -> tuple[Case, CommandOutcome]:
    """Put the day right on which support resumed."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    pauses = await uow.all(Pause, case_id=case.id)
    pause = that_stands(_resumed(pauses, resumed_on), "resumption")
    if command.resumed_on == resumed_on:
        return case, CommandOutcome("unchanged", case.id)
    others = [one for one in pauses if one is not pause]
    with uow.faults:
        check_resumption(others, pause.paused_on, command.resumed_on)
    event = case.resume(command.resumed_on)
    pause.resumed_on = command.resumed_on
    explain(uow, command, pause)
    given = dict(event)
    uow.emit(case, ResumptionCorrected(**given, formerly_on=resumed_on, reason=command.reason))
    return case, CommandOutcome("updated", case.id)


async def void_resumption(
    uow: UnitOfWork, case_id: UUID, resumed_on: date, command: Withdrawal, version: int
) -> tuple[Case, CommandOutcome]:
    """Withdraw a resumption that was recorded by mistake: the pause went on."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    pauses = await uow.all(Pause, case_id=case.id)
    pause = that_stands(_resumed(pauses, resumed_on), "resumption")
    pause.resumed_on = None
    case.follow(pauses=pauses)
    explain(uow, command, pause)
    uow.emit(case, ResumptionVoided(**case.named, resumed_on=resumed_on, reason=command.reason))
    return case, CommandOutcome("updated", case.id)


def _paused(pauses: Sequence[Pause], day: date) -> Pause | None:
    return next((one for one in pauses_that_stand(pauses) if one.paused_on == day), None)


def _resumed(pauses: Sequence[Pause], day: date) -> Pause | None:
    return next((one for one in pauses_that_stand(pauses) if one.resumed_on == day), None)

"""Support ended, and what was recorded wrongly of its end."""

from datetime import date, timedelta
from typing import Annotated, Final
from uuid import UUID

from libs.common.contracts.referral import EndReason
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.days import PlannedDay
from libs.common.core.errors import Conflict, ValidationError
from libs.common.core.fields import Identifier, Strict, StrictBool
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import refuse_ahead
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.codes import LEAVING, AlthoughNamed
from services.referral.cases.commands.rows import explain
from services.referral.cases.commands.starting import check_alone
from services.referral.cases.domain import Case, CaseHolder, Pause, Review, standing
from services.referral.cases.holding import extent
from services.referral.cases.keys import CaseOn
from services.referral.children.keys import ChildKey
from services.referral.children.queries import plan_on

NO_LONGER_MET: Final = "criteria-no-longer-met"


End = tuple[date, EndReason, AlthoughNamed | None]
"""The last day, why support ended, and why before the plan was amended."""


class NotDiscontinued(Conflict):
    """That criteria are no longer met is decided after a review (domain brief 1.2, R7 and R8)."""

    detail = "The Head of Service has not decided after a review to discontinue this support."


class NotEnded(Conflict):
    """Only an end that is on record is put right."""

    detail = "This case has not ended."


class EndSupport(Strict):
    """Close a case with that day as the last, for a coded reason.

    ``confirmed`` says that it is so although something is recorded of a later day, and
    ``although_named`` why support ends before the plan is amended that names the service.
    """

    ended_on: PlannedDay
    reason: EndReason
    confirmed: StrictBool = False
    although_named: AlthoughNamed | None = None

    @property
    def end(self) -> End:
        """The end that it tells."""
        return self.ended_on, self.reason, self.although_named


class EndingRow(EndSupport):
    """An ending as one row of an import."""

    case_id: Annotated[Identifier, CaseOn("child", ChildKey, on="ended_on")]


class CorrectEnding(Correction):
    """Another last day or reason in place of what is on record."""

    ended_on: PlannedDay
    end_reason: EndReason
    confirmed: StrictBool = False
    although_named: AlthoughNamed | None = None

    @property
    def end(self) -> End:
        """The end that it tells."""
        return self.ended_on, self.end_reason, self.although_named


async def end_support(
    uow: UnitOfWork, case_id: UUID, command: EndSupport, version: int | None = None
) -> tuple[Case, CommandOutcome]:
    """End a case; the same again changes nothing."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    if case.ending == command.end:
        return case, CommandOutcome("unchanged", case.id)
    case.check("end")
    with uow.faults:
        await _check(uow, case, command.end, confirmed=command.confirmed)
    uow.emit(case, case.end(*command.end))
    return case, CommandOutcome("updated", case.id)


async def correct_ending(
    uow: UnitOfWork, case_id: UUID, command: CorrectEnding, version: int
) -> tuple[Case, CommandOutcome]:
    """Put the last day of support, or why it ended, right."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    if case.ending == command.end:
        return case, CommandOutcome("unchanged", case.id)
    if case.ended_on is None:
        raise NotEnded
    cases = await uow.all(Case, child_id=case.child_id, unseen=True)
    with uow.faults:
        await _check(uow, case, command.end, confirmed=command.confirmed)
    with uow.faults:
        check_alone(cases, case, case.started_on, command.ended_on)
    uow.emit(case, case.correct_end(*command.end, command.reason))
    explain(uow, command, case)
    return case, CommandOutcome("updated", case.id)


async def void_ending(
    uow: UnitOfWork, case_id: UUID, command: Withdrawal, version: int
) -> tuple[Case, CommandOutcome]:
    """Open a case again that had not ended, unless the child has another since."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    if case.ended_on is None:
        raise NotEnded
    cases = await uow.all(Case, child_id=case.child_id, unseen=True)
    check_alone(cases, case, case.started_on, None)
    uow.emit(case, case.reopen(command.reason))
    explain(uow, command, case)
    return case, CommandOutcome("updated", case.id)


async def _check(uow: UnitOfWork, case: Case, end: End, *, confirmed: bool) -> None:
    """Refuse an end that was not decided, or that other records contradict."""
    ended_on, reason, although_named = end
    errors = await _changed_later(uow, case, ended_on)
    if not (errors or confirmed):
        last = {what: last for what, (_, last) in (await extent(uow, case.id)).items()}
        errors = [
            _fault("after-the-end", f"{what} on {on}", " Put one right, or confirm this day.")
            for what, on in last.items()
            if on > ended_on
        ]
    if although_named is None and reason not in LEAVING:
        errors += await _named_after(uow, case, ended_on)
    uow.faults.add(errors)
    if reason == NO_LONGER_MET and not await is_discontinued(uow, case.id):
        raise NotDiscontinued


async def _changed_later(uow: UnitOfWork, case: Case, ended_on: date) -> list[ValidationError]:
    """Return a fault for the last transfer, pause and resumption after that day."""
    pauses = [one for one in await uow.all(Pause, case_id=case.id) if not one.void]
    changes = {
        "another teacher": [
            one.from_on for one in standing(await uow.all(CaseHolder, case_id=case.id))[1:]
        ],
        "a pause": [one.paused_on for one in pauses],
        "a resumption": [one.resumed_on for one in pauses if one.resumed_on is not None],
    }
    return [
        _fault("before-last-change", f"{what} on {max(days)}")
        for what, days in changes.items()
        if days and max(days) > ended_on
    ]


async def _named_after(uow: UnitOfWork, case: Case, ended_on: date) -> list[ValidationError]:
    """Return a fault where a plan names the service the day after (domain brief 2.6)."""
    if await plan_on(uow, case.child_id, ended_on + timedelta(days=1)) is None:
        return []
    detail = "A plan names the service after this day. Have it amended first, or say why not."
    return [ValidationError("plan-names-service", detail, "/although_named")]


def _fault(code: str, recorded: str, more: str = "") -> ValidationError:
    return ValidationError(code, f"Recorded after this day: {recorded}.{more}", "/ended_on")


async def is_discontinued(uow: UnitOfWork, case_id: UUID, but: UUID | None = None) -> bool:
    """Say whether it was decided after a review, other than one, that support ends."""
    reviews = await uow.all(Review, case_id=case_id)
    return any(one.decision == "discontinue" and not one.void and one.id != but for one in reviews)

"""Referrals and decisions put right: corrected, withdrawn, void."""

from uuid import UUID

from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.errors import Conflict
from libs.common.core.fields import Day, LongText, Strict
from libs.common.persistence.recorded import refuse_ahead, refuse_anothers_entry
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.domain import Case
from services.referral.children.domain import Child
from services.referral.referrals.codes import Decision, DecisionReason, WithdrawalGround
from services.referral.referrals.commands.deciding import (
    Grounds,
    check_decision,
    kept,
    made_of,
)
from services.referral.referrals.commands.submitting import Evidence, check_born
from services.referral.referrals.domain import Referral
from services.referral.schools.domain import School
from services.referral.schools.keys import SchoolId


class CaseStands(Conflict):
    """A decision that support was given on is not taken back."""

    detail = "A case stands on this decision. End or void the case first."


class CorrectReferral(Correction):
    """A referral as it should have been submitted."""

    school_id: SchoolId
    submitted_on: Day
    evidence: Evidence


class WithdrawReferral(Strict):
    """Who asked for support no longer does, from a day, on a coded ground."""

    withdrawn_on: Day
    ground: WithdrawalGround
    note: LongText | None = None


class CorrectDecision(Correction):
    """A decision as it should have been; ``decided_for`` is its own coded reason."""

    decision: Decision
    decided_on: Day
    decided_for: DecisionReason
    grounds: Grounds | None = None


async def correct_referral(
    uow: UnitOfWork, id_: UUID, command: CorrectReferral, version: int
) -> Referral:
    """Put a referral right: its school, its day and, until it is decided, its evidence."""
    refuse_ahead(uow, command)
    referral = await uow.get(Referral, id_, version=version)
    refuse_anothers_entry(uow, referral.submitted_by)
    [child] = await uow.all(Child, id=referral.child_id, unseen=True)
    check_born(child, command.submitted_on)
    await uow.get(School, command.school_id)
    evidence = command.evidence.model_dump()
    given = (command.school_id, command.submitted_on, evidence)
    if referral.void or given != (referral.school_id, referral.submitted_on, referral.evidence):
        uow.explain(referral, command.reason, command.note)
        uow.emit(referral, referral.correct(*given, command.reason))
    return referral


async def withdraw_referral(
    uow: UnitOfWork, id_: UUID, command: WithdrawReferral, version: int
) -> Referral:
    """Withdraw a referral. It stays on record, and another may follow."""
    refuse_ahead(uow, command)
    referral = await uow.get(Referral, id_, version=version)
    uow.explain(referral, command.ground, command.note)
    uow.emit(referral, referral.withdraw(command.withdrawn_on, command.ground))
    return referral


async def void_referral(uow: UnitOfWork, id_: UUID, command: Withdrawal, version: int) -> Referral:
    """Void a referral that was recorded by mistake, with a decision that no case stands on.

    One that is no longer asked is withdrawn.
    """
    referral = await uow.get(Referral, id_, version=version)
    refuse_anothers_entry(uow, referral.submitted_by)
    await _refuse_with_case(uow, referral)
    uow.explain(referral, command.reason, command.note)
    uow.emit(referral, referral.withdraw_record(command.reason))
    return referral


async def correct_decision(
    uow: UnitOfWork, id_: UUID, command: CorrectDecision, version: int
) -> Referral:
    """Put a decision right, until a case stands on it."""
    refuse_ahead(uow, command)
    referral = await uow.get(Referral, id_, version=version)
    referral.check_step("correct-decision")
    await _refuse_with_case(uow, referral)
    made = made_of(referral, command.decision, command.decided_for, command)
    await check_decision(uow, referral, made)
    uow.explain(referral, command.reason, command.note)
    event = referral.correct_decision(
        command.decision,
        command.decided_on,
        command.decided_for,
        uow.actor.subject,
        command.reason,
    )
    uow.emit(referral, event)
    referral.grounds = kept(made)
    return referral


async def void_decision(uow: UnitOfWork, id_: UUID, command: Withdrawal, version: int) -> Referral:
    """Void a decision, until a case stands on it: the referral waits for one again."""
    referral = await uow.get(Referral, id_, version=version)
    await _refuse_with_case(uow, referral)
    uow.explain(referral, command.reason, command.note)
    uow.emit(referral, referral.void_decision(command.reason))
    return referral


async def _refuse_with_case(uow: UnitOfWork, referral: Referral) -> None:
    cases = await uow.all(Case, referral_id=referral.id, unseen=True)
    if any(not case.void for case in cases):
        raise CaseStands

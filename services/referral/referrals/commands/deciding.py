"""Referrals decided: the Head of Service agrees or refuses support, on grounds."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from libs.common.core.errors import Conflict, NotAllowed, ValidationError
from libs.common.core.fields import Day, Strict, StrictBool
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import refuse_ahead, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.domain import Case
from services.referral.children.domain import Child
from services.referral.referrals.codes import Decision, DecisionReason, EvidenceKind
from services.referral.referrals.domain import (
    EligibilityCheck,
    Ground,
    Made,
    Referral,
    ReferralDecided,
    contradictions,
)
from services.referral.referrals.keys import ReferralId

GROUNDS = ("significant_barriers", "complex_needs")


class ApplicantDecides(NotAllowed):
    """Who asks for support does not decide on it."""

    detail = "Whoever submitted the referral cannot decide on it."


class GroundPart(Strict):
    """One ground: met or not, and the kinds of evidence that say so."""

    met: StrictBool
    evidence: Annotated[tuple[EvidenceKind, ...], Field(min_length=1, max_length=10)]


class Grounds(Strict):
    """The Head of Service's two grounds. One left out is what the referral says of it."""

    significant_barriers: GroundPart | None = None
    complex_needs: GroundPart | None = None


class DecideReferral(Strict):
    """The Head of Service's decision, its coded reason, and the grounds it rests on."""

    decision: Decision
    decided_on: Day
    reason: DecisionReason
    grounds: Grounds | None = None


class DecisionRow(DecideReferral):
    """A decision as one row of an import."""

    referral_id: ReferralId


async def decide_referral(
    uow: UnitOfWork, referral_id: UUID, command: DecideReferral
) -> tuple[Referral, CommandOutcome]:
    """Record the Head of Service's decision; the same again changes nothing."""
    refuse_ahead(uow, command)
    referral = await uow.get(Referral, referral_id)
    if not referral.void and referral.state in {"agreed", "refused"}:
        _check_same_decision(referral, command)
        return referral, CommandOutcome("unchanged", referral.id)
    by = uow.actor.subject
    made = made_of(referral, command.decision, command.reason, command)
    await check_decision(uow, referral, made)
    if command.decision == "agree":
        uow.emit(referral, referral.agree(command.decided_on, command.reason, by))
    else:
        uow.emit(referral, referral.refuse(command.decided_on, command.reason, by))
    referral.grounds = kept(made)
    return referral, CommandOutcome("updated", referral.id)


def made_of(referral: Referral, decision: Decision, reason: DecisionReason, said: Any) -> Made:
    """Return a decision with its grounds: as the Head answers them, else as the referral does."""
    given = said.grounds or Grounds()
    return Made(
        decision,
        said.decided_on,
        reason,
        {name: _ground(getattr(given, name), referral.evidence.get(name)) for name in GROUNDS},
        given=said.grounds is not None,
    )


def _ground(part: GroundPart | None, told: bool | None) -> Ground | None:
    if part is not None:
        return Ground(part.met, part.evidence)
    return None if told is None else Ground(told, ("referral",))


def kept(made: Made) -> dict[str, Any]:
    """Return the grounds as they are kept with a decision."""
    return {
        name: {"met": ground.met, "evidence": list(ground.evidence)}
        for name, ground in made.grounds.items()
        if ground is not None
    }


async def check_decision(uow: UnitOfWork, referral: Referral, made: Made) -> None:
    """Refuse a decision by the applicant, one that contradicts itself, and a second agreement."""
    if referral.submitted_by == uow.actor.subject:
        raise ApplicantDecides
    agrees = made.decision == "agree"
    if agrees and referral.answer != "yes":
        return  # that alone is told: see `Referral.agree`
    uow.faults.add(contradictions(made, referral.answer, await _rules(uow, referral)))
    if agrees:
        await _refuse_second(uow, referral, made)


async def _rules(uow: UnitOfWork, referral: Referral) -> dict[str, str]:
    """Return what each rule answered in the last check."""
    checks = await uow.all(EligibilityCheck, referral_id=referral.id)
    last = [
        one
        for one in checks
        if (one.checked_on, one.answer) == (referral.checked_on, referral.answer)
    ]
    return {rule["rule"]: rule["answer"] for one in last[-1:] for rule in one.rules}


async def _refuse_second(uow: UnitOfWork, referral: Referral, made: Made) -> None:
    """Refuse to agree support that is given already, or agreed on another referral."""
    await uow.find(Child, lock="update", unseen=True, id=referral.child_id)  # one at a time
    known = await uow.all(Case, child_id=referral.child_id, unseen=True)
    cases = [case for case in known if not case.void]
    for case in cases:
        if case.referral_id != referral.id and (
            case.ended_on is None or made.decided_on <= case.ended_on
        ):
            side = f"Support that started on {case.started_on} has not ended by this day."
            raise Conflict(
                code="already-supported",
                detail="The child is supported already on another referral.",
                errors=[ValidationError("contradicts", side, "/decided_on")],
            )
    begun = {case.referral_id for case in cases}
    for other in await uow.all(Referral, child_id=referral.child_id, unseen=True):
        waits = other.state == "agreed" and not other.void and other.id not in begun
        if waits and other.id != referral.id:
            side = f"Support was agreed on {other.decided_on} on the referral {other.id}."
            raise Conflict(
                code="another-agreed",
                detail="Support of this child is agreed already on another referral.",
                errors=[ValidationError("contradicts", side, "/decision")],
            )


def _check_same_decision(referral: Referral, command: DecideReferral) -> None:
    state = "agreed" if command.decision == "agree" else "refused"
    fields: dict[str, tuple[object, object]] = {
        "decision": (referral.state, state),
        "decided_on": (referral.decided_on, command.decided_on),
        "reason": (referral.reason, command.reason),
    }
    if command.grounds is not None and referral.grounds is not None:
        made = made_of(referral, command.decision, command.reason, command)
        fields["grounds"] = (referral.grounds, kept(made))
    refuse_other(ReferralDecided, fields)

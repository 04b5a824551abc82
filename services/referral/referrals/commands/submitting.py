"""Referrals submitted: what a school or the county asks of the service."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import Field

from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.core.fields import Day, Reference, Strict, StrictBool, StrictInt64
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import refuse_ahead, refuse_other, under_reference
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.domain import Case
from services.referral.children.domain import Child
from services.referral.children.keys import ChildId
from services.referral.children.queries import school_on
from services.referral.referrals.domain import Referral


class AlreadySubmitted(Conflict):
    """A referral stands as it was submitted: the Head of Service decides on what was put."""

    detail = "This reference belongs to another referral. Submit what differs as a new referral."


class Evidence(Strict):
    """What the school tells the Head of Service; no rule decides on it."""

    significant_barriers: StrictBool | None = None
    complex_needs: StrictBool | None = None
    delay_months: Annotated[StrictInt64, Field(ge=0, le=144)] | None = None


class SubmitReferral(Strict):
    """A request that the service support a child, under the referrer's reference."""

    reference: Reference
    child_id: ChildId
    submitted_on: Day
    evidence: Evidence


async def submit_referral(
    uow: UnitOfWork, command: SubmitReferral
) -> tuple[Referral, CommandOutcome]:
    """Submit a referral; the same again changes nothing, and a void one is submitted anew.

    It is of the school to which the child went on the day of the referral, whenever it is told.
    """
    refuse_ahead(uow, command)
    child = await uow.get(Child, command.child_id)
    known = await uow.all(Referral, reference=command.reference)
    referral = under_reference(known, child_id=child.id)
    if referral is not None and not referral.void:
        _check_same(referral, command)
        return referral, CommandOutcome("unchanged", referral.id)
    check_born(child, command.submitted_on)
    await _refuse_supported(uow, child.id, command.submitted_on)
    evidence, by = command.evidence.model_dump(), uow.actor.subject
    school_id = await school_on(uow, child.id, command.submitted_on)
    if referral is not None:
        again = referral.submit_again(command.submitted_on, evidence, school_id, by)
        uow.emit(referral, again)
        return referral, CommandOutcome("updated", referral.id)
    referral = uow.add(
        Referral(
            id=uuid4(),
            reference=command.reference,
            child_id=child.id,
            school_id=school_id,
            submitted_on=command.submitted_on,
            evidence=evidence,
            submitted_by=by,
        )
    )
    uow.emit(referral, referral.submit())
    return referral, CommandOutcome("created", referral.id)


def check_born(child: Child, submitted_on: date) -> None:
    """Refuse a referral of a child who was not born yet."""
    if submitted_on < child.born_on:
        early = "A referral cannot be submitted before the child was born."
        raise Rejected(errors=[ValidationError("before-birth", early, "/submitted_on")])


async def _refuse_supported(uow: UnitOfWork, child_id: UUID, day: date) -> None:
    """Refuse a referral of a child who is supported on that day already."""
    for case in await uow.all(Case, child_id=child_id, unseen=True):
        open_then = case.started_on <= day and (case.ended_on is None or day <= case.ended_on)
        if open_then and not case.void:
            side = f"Support that started on {case.started_on} goes on on this day."
            raise Conflict(
                code="already-supported",
                detail="The child is supported already: nothing is left to ask for.",
                errors=[ValidationError("contradicts", side, "/submitted_on")],
            )


def _check_same(referral: Referral, command: SubmitReferral) -> None:
    fields = {
        "child_id": (referral.child_id, command.child_id),
        "submitted_on": (referral.submitted_on, command.submitted_on),
        "evidence": (referral.evidence, command.evidence.model_dump()),
    }
    refuse_other(AlreadySubmitted, fields)

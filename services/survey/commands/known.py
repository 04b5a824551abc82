"""What the service knows of children from referral's events."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update

from libs.common.errors import Conflict, NotAllowed
from libs.common.parts import parts
from libs.common.uow import UnitOfWork
from services.survey.access import own_cases
from services.survey.domain import Recipient, Wave, known_case, known_child

DECEASED: Final = "deceased"


class NotYetKnown(Conflict):
    """A child whose registration has not reached this service yet, or that nobody registered."""

    detail = "A child named is not known here yet. Try again shortly."
    headers = {"Retry-After": "2"}


class OutsideYourCaseload(NotAllowed):
    """Who does not reach the whole county lists only children on their own caseload."""

    detail = "You may list only children, and their parents, on your teams' caseload."


async def known_children(uow: UnitOfWork, ids: Collection[UUID]) -> set[UUID]:
    """Return those of the children that have been registered."""
    known: set[UUID] = set()
    for part in parts(ids):
        query = select(known_child.c.child_id).where(known_child.c.child_id.in_(part))
        known.update((await uow.session.execute(query)).scalars())
    return known


async def reachable_children(uow: UnitOfWork, ids: Collection[UUID]) -> set[UUID]:
    """Return those of the children that are on the caller's own or their teams' caseload.

    A case may be heard of before the child is, so it is the cases that are asked.
    """
    reached: set[UUID] = set()
    for part in parts(ids):
        child_id = known_case.c.child_id
        query = select(child_id).where(child_id.in_(part), own_cases(uow.access))
        reached.update((await uow.session.execute(query)).scalars())
    return reached


async def cancel_deceased(uow: UnitOfWork, wave: Wave) -> None:
    """Cancel a wave's recipients whose child has died, as of the day support ended."""
    of_the_child = known_case.c.child_id == Recipient.child_id
    died = (known_case.c.end_reason == DECEASED) & of_the_child
    on = select(func.min(known_case.c.ended_on)).where(died).scalar_subquery()
    await uow.session.execute(
        update(Recipient)
        .where(
            Recipient.wave_id == wave.id,
            Recipient.cancelled_on.is_(None),
            select(known_case.c.case_id).where(died).exists(),
        )
        .values(cancelled_on=on, address=None)
        .execution_options(synchronize_session=False)
    )

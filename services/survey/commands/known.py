"""What the service knows of children from referral's events."""

from typing import Final

from sqlalchemy import func, select, update

from libs.common.core.errors import Conflict, NotAllowed
from libs.common.persistence.uow import UnitOfWork
from services.survey.domain import Recipient, Wave, known_case

DECEASED: Final = "deceased"


class NotYetKnown(Conflict):
    """A child whose registration has not reached this service yet, or that nobody registered."""

    detail = "A child named is not known here yet. Try again shortly."
    headers = {"Retry-After": "2"}


class OutsideYourCaseload(NotAllowed):
    """Who does not reach the whole county lists only children on their own caseload."""

    detail = "You may list only children, and their parents, on your teams' caseload."


async def cancel_deceased(uow: UnitOfWork, wave: Wave) -> None:
    """Cancel a wave's recipients whose child has died, as of the day support ended."""
    of_the_child = known_case.c.child_id == Recipient.child_id
    died = (known_case.c.end_reason == DECEASED) & of_the_child
    on = select(func.min(known_case.c.ended_on)).where(died).scalar_subquery()
    await uow.connection.execute(
        update(Recipient)
        .where(
            Recipient.wave_id == wave.id,
            Recipient.cancelled_on.is_(None),
            select(known_case.c.case_id).where(died).exists(),
        )
        .values(cancelled_on=on, address=None)
    )

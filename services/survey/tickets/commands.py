"""Whoever opens the page by their code is told what came of what they asked for."""

from collections.abc import Sequence

from libs.common.persistence.uow import UnitOfWork
from services.survey.actions.domain import Action
from services.survey.tickets.queries import Ticket


async def tell_by_ticket(uow: UnitOfWork, ticket: Ticket) -> Sequence[Action]:
    """Return the actions behind a code, and note of those that ended that who asked was told."""
    uow.concerns(f"Response:{ticket.response_id}")
    actions = [await uow.get(Action, id_) for id_ in ticket.actions]
    for action in actions:
        if not action.under_way and action.told_on is None:
            action.tell(uow.today(), "by-ticket")
    return actions

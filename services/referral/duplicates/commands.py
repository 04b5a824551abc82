"""What a person decides of a likely duplicate."""

from uuid import UUID

from libs.common.core.fields import LongText, Strict
from libs.common.persistence.uow import UnitOfWork
from services.referral.duplicates.codes import DecisionReason, DuplicateState
from services.referral.duplicates.domain import Duplicate


class DecideDuplicate(Strict):
    """On what the decision rests, as a code and, where there is more to say, in words."""

    reason: DecisionReason
    note: LongText | None = None


async def decide_duplicate(
    uow: UnitOfWork, id_: UUID, state: DuplicateState, command: DecideDuplicate, version: int
) -> Duplicate:
    """Confirm or dismiss a pair; either may be decided again until the two are merged."""
    duplicate = await uow.get(Duplicate, id_, version=version)
    duplicate.decide(state, command.reason, uow.actor.subject, uow.today())
    uow.explain(duplicate, command.reason, command.note)
    return duplicate

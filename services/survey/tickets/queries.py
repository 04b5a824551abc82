"""What whoever has a ticket code may know: where their comment stands, and no word of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.survey.actions.domain import Action
from services.survey.links.domain import digest_of
from services.survey.responses.domain import Response

_LETTERS: Final = str.maketrans("018", "OIB")
"""What is read for a letter: no code has these."""
_PLAIN: Final = re.compile(r"[A-Z2-7]{16}")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A response by its code, and the actions that it opened."""

    response_id: UUID
    actions: Sequence[UUID]


def code_of(typed: str) -> str:
    """Return a code as it is on the receipt, however it was typed; empty where it is none."""
    plain = re.sub(r"[\s-]", "", typed).upper().translate(_LETTERS)
    if not _PLAIN.fullmatch(plain):
        return ""
    return "-".join(plain[at : at + 4] for at in range(0, 16, 4))


async def ticket_by(connection: AsyncConnection, code: str) -> Ticket | None:
    """Return what a code leads to: in one query, whatever is wrong with it."""
    query = (
        select(Response.id, Action.id.label("action_id"))
        .outerjoin(Action, Action.response_id == Response.id)
        .where(Response.ticket == digest_of(code), Response.void_reason.is_(None))
        .order_by(Action.question)
    )
    rows = (await connection.execute(query)).all()
    if not rows:
        return None
    return Ticket(rows[0].id, [row.action_id for row in rows if row.action_id is not None])

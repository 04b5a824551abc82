"""How those who are asked stand: what was sent to each, and what came of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.messages.outbox import NEVER_LEFT
from services.survey.campaigns.codes import NOT_KNOWN, By
from services.survey.campaigns.domain import Asked, message
from services.survey.links.domain import link
from services.survey.responses.domain import Response
from services.survey.waves.domain import Recipient, Wave

Sent = dict[str, tuple[str, datetime | None]]


async def asked_in(
    connection: AsyncConnection, wave_id: UUID, which: ColumnElement[bool] | None = None
) -> Sequence[Asked]:
    """Return who was issued one in a wave, or which of them, in the order of their references."""
    mine = [Recipient.wave_id == wave_id, Recipient.sent, true() if which is None else which]
    whose = (Recipient.team_id, Recipient.area, Recipient.school_kind)
    who = (Recipient.id, Recipient.address, Recipient.cancelled_on, Recipient.answered)
    query = select(*who, *whose).where(*mine).order_by(Recipient.reference)
    rows = (await connection.execute(query)).all()
    theirs = select(Recipient.id).where(*mine)
    sent = await _sent(connection, message.c.about.in_(theirs))
    counted = (Response.void_reason.is_(None), Response.recipient_id.in_(theirs))
    answered = set((await connection.scalars(select(Response.recipient_id).where(*counted))).all())
    anonymous = bool(await connection.scalar(select(Wave.anonymous).where(Wave.id == wave_id)))
    links = select(link.c.recipient_id, link.c.started_at, link.c.declined_at, link.c.used_at)
    opened = (await connection.execute(links.where(link.c.recipient_id.in_(theirs)))).all()
    if anonymous:  # no response says whose it is
        answered = {one.recipient_id for one in opened if one.used_at is not None}
    started = {one.recipient_id for one in opened if one.started_at is not None}
    declined = {one.recipient_id for one in opened if one.declined_at is not None}
    return [
        Asked(
            recipient_id=row.id,
            address=row.address,
            cancelled=row.cancelled_on is not None,
            answered=row.answered or row.id in answered,
            declined=row.id in declined,
            started=row.id in started,
            whose=_labels(row),
            anonymous=anonymous,
            sent=sent.get(row.id, {}),
        )
        for row in rows
    ]


def _labels(row: Any) -> Mapping[By, str]:
    held: dict[By, Any] = {
        "team": row.team_id,
        "area": row.area,
        "school-kind": row.school_kind,
    }
    return {by: NOT_KNOWN if label is None else str(label) for by, label in held.items()}


async def _sent(connection: AsyncConnection, which: object) -> dict[UUID, Sent]:
    columns = (message.c.about, message.c.reason, message.c.state, message.c.sent_at)
    found: dict[UUID, Sent] = defaultdict(dict)
    left = message.c.state.not_in(NEVER_LEFT)
    query = select(*columns).where(which, left)  # type: ignore[arg-type]  # a condition of SQL
    for row in (await connection.execute(query)).all():
        found[row.about][row.reason] = (row.state, row.sent_at)
    return found

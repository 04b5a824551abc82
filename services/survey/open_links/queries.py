"""What a code leads to, and how many forms came by a link."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.persistence.loading import Lock
from libs.common.persistence.uow import ReadTransaction
from services.survey.deliveries.domain import Delivery
from services.survey.links.domain import NoSuchLink, digest_of
from services.survey.open_links.domain import Opened, OpenLink, open_form
from services.survey.questionnaires.queries import definition_of
from services.survey.waves.domain import Wave


async def opened(read: ReadTransaction, code: str | None, *, to_send: bool = False) -> Opened:
    """Return what a code leads to, or raise NoSuchLink; ``to_send``, no other form is sent by it.

    Whoever sent theirs before it took no more is led to their receipt, so that it is told of a
    link that is over as well.
    """
    lock: Lock | None = "update" if to_send else None
    link = await read.find(OpenLink, lock=lock, digest=digest_of(code)) if code else None
    if link is None:
        raise NoSuchLink
    sent = (await forms_sent(read.connection, [link.id]))[link.id]
    if link.delivery_id is not None:
        delivery = await read.get(Delivery, link.delivery_id)
        return Opened(link=link, sent=sent, delivery=delivery)
    assert link.wave_id, "a link is of a wave or of a delivery"
    wave = await read.get(Wave, link.wave_id)
    form = await definition_of(read.connection, wave.questionnaire, wave.questionnaire_version)
    return Opened(link=link, sent=sent, wave=wave, form=form)


async def forms_sent(connection: AsyncConnection, links: Collection[UUID]) -> Mapping[UUID, int]:
    """Return of each link how many forms came by it."""
    query = select(open_form.c.open_link_id, func.count()).where(
        open_form.c.open_link_id.in_(links)
    )
    rows = await connection.execute(query.group_by(open_form.c.open_link_id))
    return dict.fromkeys(links, 0) | dict(rows.all())


async def is_sent(connection: AsyncConnection, ticket: str) -> bool:
    """Say whether a form was sent already."""
    query = select(exists().where(open_form.c.ticket == digest_of(ticket)))
    return bool((await connection.execute(query)).scalar_one())

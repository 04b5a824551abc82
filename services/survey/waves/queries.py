"""Reads for a wave's own lists, within what the caller may see."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Column, Filter, named
from services.survey.waves.domain import Recipient, Wave


async def recipients_of(
    read: ReadTransaction, wave_id: UUID, after: UUID | None, limit: int
) -> Sequence[Recipient]:
    """Return a wave's recipients by id, those after ``after``."""
    query = select(Recipient).where(
        Recipient.wave_id == wave_id, read.visible(read.access, Recipient)
    )
    if after is not None:
        query = query.where(Recipient.id > after)
    return await read.chosen(query.order_by(Recipient.id).limit(limit))


def by_wave(column: Column) -> Filter:
    """Return the filter for what is of these waves."""
    return named(column, Wave.id, Wave.reference)

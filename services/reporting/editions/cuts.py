"""The days as known at whose end a year was shown: what the disclosure gate takes for known."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.persistence.uow import UnitOfWork
from services.reporting.editions.domain import Edition, EditionCut


async def keep_cut(uow: UnitOfWork, edition: Edition) -> None:
    """Keep for good that a draft was cut on a day: who may read drafts may have seen it so."""
    if not await uow.find(EditionCut, edition_id=edition.id, known_at=edition.known_at):
        uow.add(EditionCut(edition_id=edition.id, known_at=edition.known_at))


async def cuts(connection: AsyncConnection, year: str) -> list[date]:
    """Return at the end of which days a year's editions and drafts, withdrawn or not, were cut."""
    of_year = select(Edition.id).where(Edition.academic_year == year)
    query = select(EditionCut.known_at).where(EditionCut.edition_id.in_(of_year))
    return [*(await connection.execute(query.distinct())).scalars()]

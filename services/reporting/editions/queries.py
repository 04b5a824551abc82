"""Published editions as they are read: the bytes that were frozen, found by year and number."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.errors import NotFound
from services.reporting.editions.contents import EditionContent, EditionView
from services.reporting.editions.domain import Content, Edition
from services.reporting.editions.numbers import Number, wanted


class EditionEntry(BaseModel):
    """An edition in the list of those published: its number, and where it is."""

    academic_year: str
    number: str
    known_at: str
    signed_on: str
    link: str
    sha256: str


async def editions(connection: AsyncConnection, year: str | None = None) -> list[EditionEntry]:
    """Return the published editions, of one year or all, the latest year and number first."""
    query = _published().order_by(
        *(column.desc() for column in (Edition.academic_year, Edition.major, Edition.minor)),
        Edition.patch.desc(),
    )
    if year is not None:
        query = query.where(Edition.academic_year == year)
    return [_entry(row) for row in await connection.execute(query)]


async def edition_bytes(connection: AsyncConnection, year: str, number: str) -> tuple[str, str]:
    """Return the number of the edition that is asked for, and all that it shows.

    Raises NotFound where no published edition of the year has that number.
    """
    query = _published().where(Edition.academic_year == year)
    there = {
        Number(row.major, row.minor, row.patch): row for row in await connection.execute(query)
    }
    found = wanted(number, there)
    if found is None:
        raise NotFound(code="not-found", detail="There is no such published edition.")
    body = select(Content.body).where(Content.edition_id == there[found].id)
    return str(found), (await connection.execute(body)).scalar_one()


async def edition(connection: AsyncConnection, year: str, number: str) -> EditionView:
    """Return a published edition; raises NotFound as `edition_bytes`."""
    _, body = await edition_bytes(connection, year, number)
    return EditionView.model_validate_json(body)


async def frozen_content(connection: AsyncConnection, edition_id: UUID) -> EditionContent:
    """Return what a published edition shows."""
    query = select(Content.body).where(Content.edition_id == edition_id)
    return EditionView.model_validate_json((await connection.execute(query)).scalar_one())


def _published() -> Select[Any]:
    table, kept = Edition.__table__.c, Content.__table__.c
    names = ("id", "academic_year", "major", "minor", "patch", "known_at", "signed_on")
    return (
        select(*(table[name] for name in names), kept.sha256)
        .join(Content, kept.edition_id == table.id)
        .where(table.state == "published")
    )


def _entry(row: Row[Any]) -> EditionEntry:
    number = str(Number(row.major, row.minor, row.patch))
    return EditionEntry(
        academic_year=row.academic_year,
        number=number,
        known_at=row.known_at.isoformat(),
        signed_on=row.signed_on.isoformat(),
        link=f"/reporting/v1/editions/{row.academic_year}/{number}",
        sha256=row.sha256,
    )

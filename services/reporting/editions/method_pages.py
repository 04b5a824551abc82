"""How each published figure is counted: a page a version, with the editions that it served."""

import json
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.errors import NotFound
from services.reporting.editions.contents import MethodView
from services.reporting.editions.domain import Content, Edition
from services.reporting.editions.methods import Method


class MethodPage(MethodView):
    """How a figure is counted, in a version: from when, and which editions it served."""

    adopted_on: date
    editions: list[str]


async def method_pages(connection: AsyncConnection) -> list[MethodPage]:
    """Return every version of every figure's method, each with the editions that it served."""
    served: dict[tuple[str, int], list[str]] = {}
    query = select(Content.body).join(Edition, Edition.id == Content.edition_id)
    query = query.order_by(Edition.academic_year, Edition.major, Edition.minor, Edition.patch)
    for (body,) in await connection.execute(query):
        edition = json.loads(body)
        link = f"/reporting/v1/editions/{edition['academic_year']}/{edition['number']}"
        for one in edition["methods"]:
            served.setdefault((one["figure"], one["version"]), []).append(link)
    table = Method.__table__.c
    rows = await connection.execute(select(*table).order_by(table.figure, table.version))
    return [
        MethodPage(
            **row.definition,
            adopted_on=row.adopted_on,
            editions=served.get((row.figure, row.version), []),
        )
        for row in rows
    ]


async def method_page(connection: AsyncConnection, figure: str, version: int) -> MethodPage:
    """Return one version of a figure's method; raises NotFound."""
    for one in await method_pages(connection):
        if (one.figure, one.version) == (figure, version):
            return one
    raise NotFound(code="not-found", detail="There is no such version of a method.")

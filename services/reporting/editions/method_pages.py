"""How each published figure is counted: a page a version, with the editions that it served."""

from collections import defaultdict
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.errors import NotFound
from services.reporting.editions.contents import MethodView
from services.reporting.editions.domain import Edition
from services.reporting.editions.methods import Method, MethodServed
from services.reporting.editions.numbers import Number


class MethodPage(MethodView):
    """How a figure is counted, in a version: from when, and which editions it served."""

    adopted_on: date
    editions: list[str]


async def method_pages(
    connection: AsyncConnection, *wanted: ColumnElement[bool]
) -> list[MethodPage]:
    """Return versions of methods, all or those wanted, each with the editions that it served."""
    one, served, of = Method.__table__.c, MethodServed.__table__.c, Edition.__table__.c
    query = (
        select(one.definition, one.adopted_on, of.academic_year, of.major, of.minor, of.patch)
        .select_from(Method)
        .join(MethodServed, and_(served.figure == one.figure, served.version == one.version))
        .join(Edition, of.id == served.edition_id)
        .where(*wanted)
        .order_by(one.figure, one.version, of.academic_year, of.major, of.minor, of.patch)
    )
    links: dict[tuple[str, int], list[str]] = defaultdict(list)
    pages: dict[tuple[str, int], MethodPage] = {}
    for row in await connection.execute(query):
        key = row.definition["figure"], row.definition["version"]
        number = Number(row.major, row.minor, row.patch)
        links[key].append(f"/reporting/v1/editions/{row.academic_year}/{number}")
        said = row.definition | {"adopted_on": row.adopted_on, "editions": links[key]}
        pages[key] = MethodPage.model_validate(said)
    return [*pages.values()]


async def method_page(connection: AsyncConnection, figure: str, version: int) -> MethodPage:
    """Return one version of a figure's method; raises NotFound."""
    one = Method.__table__.c
    for page in await method_pages(connection, one.figure == figure, one.version == version):
        return page
    raise NotFound(code="not-found", detail="There is no such version of a method.")

"""Published editions over HTTP, for anybody."""

from typing import Annotated, Final

from fastapi import Path, Request, Response

from libs.common.core.fields import YearLabel
from libs.common.http.change_feed_api import ChangesDigest, FeedCursor
from libs.common.http.paging import PAGE_DEFAULT, PageSize
from libs.common.http.requests import PUBLIC, PublicRead, router
from services.reporting.editions.contents import EditionView
from services.reporting.editions.feed import ValueChanges, value_changes, value_digest
from services.reporting.editions.method_pages import MethodPage, method_page, method_pages
from services.reporting.editions.numbers import Wanted
from services.reporting.editions.queries import EditionEntry, edition, edition_bytes, editions
from services.reporting.outlets.document import of_edition
from services.reporting.outlets.files import file_of, table_of, wanted
from services.reporting.outlets.rows import Row, rows_of

routes = router()
_TAKEN: Final = PUBLIC | {"x-long": True}
"""For anybody too, among the requests that take longer."""

Year = Annotated[YearLabel, Path(examples=["2018-19"])]
WantedNumber = Annotated[
    Wanted,
    Path(
        description="A number, as 1.0.0; or the latest of those that 1.*, 1.0.* or `latest` names.",
        examples=["latest"],
    ),
]


@routes.get("/v1/editions", openapi_extra=PUBLIC, tags=["editions"])
async def get_editions(read: PublicRead) -> list[EditionEntry]:
    """List the published editions of all years, the latest first."""
    return await editions(read)


@routes.get("/v1/editions/{academic_year}", openapi_extra=PUBLIC, tags=["editions"])
async def get_editions_of_year(academic_year: Year, read: PublicRead) -> list[EditionEntry]:
    """List the published editions of a year, the latest first."""
    return await editions(read, academic_year)


@routes.get(
    "/v1/editions/{academic_year}/{number}",
    openapi_extra=PUBLIC,
    response_model=EditionView,
    tags=["editions"],
)
async def get_published_edition(
    academic_year: Year, number: WantedNumber, read: PublicRead
) -> Response:
    """Show a published edition: the same bytes for ever under its number."""
    found, body = await edition_bytes(read, academic_year, number)
    place = f"/reporting/v1/editions/{academic_year}/{found}"
    return Response(body, media_type="application/json", headers={"Content-Location": place})


@routes.get(
    "/v1/data-sets/{academic_year}/{number}",
    openapi_extra=_TAKEN,
    response_model=list[Row],
    tags=["editions"],
)
async def get_data_set(
    academic_year: Year, number: WantedNumber, read: PublicRead, request: Request
) -> list[Row] | Response:
    """Give an edition's values as rows: JSON, or a file of the kind that ``Accept`` asks for."""
    found = of_edition(await edition(read, academic_year, number))
    end = wanted(request.headers.get("accept", ""))
    return await file_of(table_of(found), end) if end else rows_of(found)


@routes.get("/v1/methods", openapi_extra=_TAKEN, tags=["editions"])
async def get_methods(read: PublicRead) -> list[MethodPage]:
    """List how every published figure is counted, in all versions, with the editions of each."""
    return await method_pages(read)


@routes.get("/v1/methods/{figure}/{version}", openapi_extra=PUBLIC, tags=["editions"])
async def get_method(
    figure: Annotated[str, Path(max_length=100)],
    version: Annotated[int, Path(ge=1, le=10_000)],
    read: PublicRead,
) -> MethodPage:
    """Show one version of how a figure is counted."""
    return await method_page(read, figure, version)


@routes.get("/v1/value-changes", openapi_extra=PUBLIC, tags=["editions"])
async def get_value_changes(
    read: PublicRead, after: FeedCursor = None, limit: PageSize = PAGE_DEFAULT
) -> ValueChanges:
    """List what was published, value by value, in the order in which it was committed.

    Without ``after`` it begins with the first edition: it can be read again at any time.
    """
    return await value_changes(read, after, limit)


@routes.get("/v1/value-changes/digest", openapi_extra=PUBLIC, tags=["editions"])
async def get_value_digest(
    read: PublicRead, after: FeedCursor = None, until: FeedCursor = None
) -> ChangesDigest:
    """Count a range of changes of published values and hash their ids, as of any change feed."""
    return await value_digest(read, after, until)

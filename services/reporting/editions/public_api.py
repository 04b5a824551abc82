"""Published editions over HTTP, for anybody."""

from typing import Annotated

from fastapi import Path, Response

from libs.common.core.fields import YearLabel
from libs.common.http.requests import PUBLIC, PublicRead, router
from services.reporting.editions.contents import EditionView
from services.reporting.editions.numbers import Wanted
from services.reporting.editions.queries import EditionEntry, edition_bytes, editions

routes = router()

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
async def get_edition(academic_year: Year, number: WantedNumber, read: PublicRead) -> Response:
    """Show a published edition: the same bytes for ever under its number."""
    found, body = await edition_bytes(read, academic_year, number)
    place = f"/reporting/v1/editions/{academic_year}/{found}"
    return Response(body, media_type="application/json", headers={"Content-Location": place})

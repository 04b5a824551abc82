"""Values published before over HTTP."""

from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, etag, permission, router
from services.reporting.published.commands import (
    EnterPublishedValue,
    correct_published_value,
    enter_published_value,
    void_published_value,
)
from services.reporting.published.domain import PublishedValue
from services.reporting.published.queries import AS_PUBLISHED, AsPublished

routes = router()


class PublishedValueView(BaseModel):
    """A figure of a year as it was printed, where, and by whom it was entered.

    It was published before there was this product, and was not recomputed (``marked``).
    """

    value_id: UUID
    figure: str
    academic_year: str
    printed: str
    value: str | None
    count: int | None
    of: int | None
    source: str
    entered_by: str
    marked: AsPublished
    void: bool

    @classmethod
    def of_value(cls, value: PublishedValue) -> "PublishedValueView":
        """Show a value."""
        return cls(
            value_id=value.id,
            figure=value.figure,
            academic_year=value.academic_year,
            printed=value.printed,
            value=value.value,
            count=value.count,
            of=value.of,
            source=value.source,
            entered_by=value.entered_by,
            marked=AS_PUBLISHED,
            void=value.void,
        )


@routes.post(
    "/v1/published-values",
    status_code=201,
    openapi_extra=permission("published-value.record"),
    tags=["editions"],
)
async def post_published_value(
    command: EnterPublishedValue, work: Work, response: Response
) -> PublishedValueView:
    """Enter a value that was published before there was this product."""
    value = await enter_published_value(work, command)
    etag(response, work, value)
    return PublishedValueView.of_value(value)


async def _shown(work: Work, value: PublishedValue, response: Response) -> PublishedValueView:
    etag(response, work, value)
    return PublishedValueView.of_value(value)


put_right(
    routes,
    "/v1/published-values/{value_id}",
    permission("published-value.record"),
    _shown,
    tag="editions",
    corrections=correct_published_value,
    void=void_published_value,
)

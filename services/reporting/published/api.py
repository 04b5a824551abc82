"""Values published before over HTTP."""

from typing import Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, permission, router
from libs.common.reading import with_steps
from services.reporting.published.access import STEPS
from services.reporting.published.commands import (
    EnterPublishedValue,
    correct_published_value,
    enter_published_value,
    void_published_value,
)
from services.reporting.published.domain import PublishedValue
from services.reporting.views import AS_PUBLISHED, AsPublished

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
    out_of: int | None
    source: str
    entered_by: str
    marked: AsPublished
    void: bool
    allowed: list[str]

    @classmethod
    def of(cls, value: PublishedValue, may: list[str]) -> "PublishedValueView":
        """Show a value, and what the caller may do with it."""
        return cls(
            value_id=value.id,
            figure=value.figure,
            academic_year=value.academic_year,
            printed=value.printed,
            value=value.value,
            count=value.count,
            out_of=value.out_of,
            source=value.source,
            entered_by=value.entered_by,
            marked=AS_PUBLISHED,
            void=value.void,
            allowed=may,
        )


VALUE: Final = with_steps(PublishedValueView, PublishedValue, STEPS)


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
    return await VALUE.shown(work, value, response)


put_right(
    routes,
    "/v1/published-values/{value_id}",
    permission("published-value.record"),
    VALUE.shown,
    tag="editions",
    corrections=correct_published_value,
    void=void_published_value,
)

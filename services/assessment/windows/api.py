"""The windows of a year over HTTP."""

from datetime import date
from typing import Annotated

from fastapi import Path, Response
from pydantic import BaseModel

from libs.common.core.clock import AcademicYear
from libs.common.core.fields import YearLabel
from libs.common.core.terms import terms_of
from libs.common.http.requests import Read, Work, etag, permission, router
from services.assessment.windows.commands import SetWindows, set_windows
from services.assessment.windows.domain import Windows

routes = router()
Year = Annotated[YearLabel, Path()]


class WindowView(BaseModel):
    """The first and last day of a term's results, both included."""

    first_day: date
    last_day: date


class WindowsView(BaseModel):
    """A year's windows: the county's own where it has set them, else those that hold without."""

    academic_year: str
    set_by_county: bool
    autumn: WindowView
    spring: WindowView
    summer: WindowView

    @classmethod
    def of(cls, academic_year: str, windows: Windows | None) -> "WindowsView":
        """Show a year's windows."""
        ends = windows.ends if windows else None
        spans = terms_of(AcademicYear.parse(academic_year), ends)
        autumn, spring, summer = (WindowView(first_day=a, last_day=b) for a, b in spans)
        return cls(
            academic_year=academic_year,
            set_by_county=windows is not None,
            autumn=autumn,
            spring=spring,
            summer=summer,
        )


@routes.put(
    "/v1/windows/{academic_year}", openapi_extra=permission("windows.set"), tags=["results"]
)
async def put_windows(
    academic_year: Year, command: SetWindows, work: Work, response: Response
) -> WindowsView:
    """Set until when the results of each term of a year are taken."""
    windows, done = await set_windows(work, academic_year, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, windows)
    return WindowsView.of(academic_year, windows)


@routes.get(
    "/v1/windows/{academic_year}", openapi_extra=permission("windows.read"), tags=["results"]
)
async def get_windows(academic_year: Year, read: Read, response: Response) -> WindowsView:
    """Show a year's windows. Those that the county set have an ETag."""
    windows = await read.find(Windows, academic_year=academic_year)
    if windows is not None:
        etag(response, read, windows)
    return WindowsView.of(academic_year, windows)

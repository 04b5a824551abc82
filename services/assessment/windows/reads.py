"""The windows that the county set, as they are listed."""

from typing import Final

from libs.common.core.fields import YearLabel
from libs.common.http.requests import router
from libs.common.reading import Listing, add_reads, each, equal
from services.assessment.windows.api import WindowsView
from services.assessment.windows.domain import Windows

routes = router()


def _view(windows: Windows) -> WindowsView:
    return WindowsView.of(windows.academic_year, windows)


WINDOWS: Final = Listing(
    things="windows",
    one="windows",
    kind=Windows,
    view=WindowsView,
    views=each(_view),
    permission="windows.read",
    tag="results",
    summary="List the windows that the county has set; other years have those that hold without.",
    item=None,
    filters={"academic_year": equal(Windows.academic_year, YearLabel)},
    sorts={"academic_year": Windows.academic_year},
)
add_reads(routes, WINDOWS)

"""Values published before, as they are listed, found and shown."""

from typing import Annotated, Final

from pydantic import Field

from libs.common.core.fields import YearLabel
from libs.common.http.requests import router
from libs.common.reading import Key, Listing, add_reads, equal
from services.reporting.published.api import VALUE
from services.reporting.published.domain import PublishedValue

routes = router()
FigureId = Annotated[str, Field(max_length=100, pattern=r"^[a-z0-9_.]+$")]

VALUES: Final = Listing(
    things="published-values",
    one="value",
    kind=PublishedValue,
    view=VALUE.view,
    views=VALUE.views,
    permission="published-value.read",
    tag="editions",
    summary="List values that were published before there was this product.",
    keys=[
        Key(
            "by-figure/{academic_year}/{figure}",
            {
                "figure": (PublishedValue.figure, FigureId),
                "academic_year": (PublishedValue.academic_year, YearLabel),
            },
        )
    ],
    filters={
        "figure": equal(PublishedValue.figure, FigureId),
        "academic_year": equal(PublishedValue.academic_year, YearLabel),
    },
    sorts={"academic_year": PublishedValue.academic_year, "figure": PublishedValue.figure},
)
add_reads(routes, VALUES)

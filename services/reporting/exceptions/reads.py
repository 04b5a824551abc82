"""Exceptions to disclosure, as they are listed and shown."""

from typing import Final

from libs.common.core.fields import Reference, YearLabel
from libs.common.http.requests import router
from libs.common.reading import Listing, add_reads, equal
from services.reporting.exceptions.api import EXCEPTION
from services.reporting.exceptions.domain import DisclosureException

routes = router()

EXCEPTIONS: Final = Listing(
    things="exceptions",
    one="exception",
    kind=DisclosureException,
    view=EXCEPTION.view,
    views=EXCEPTION.views,
    permission="exception.read",
    tag="disclosure",
    summary="List exceptions to disclosure: asked for, allowed and withdrawn.",
    filters={
        "academic_year": equal(DisclosureException.academic_year, YearLabel),
        "place": equal(DisclosureException.place, Reference),
    },
    days={"until": DisclosureException.until},
    sorts={"academic_year": DisclosureException.academic_year, "until": DisclosureException.until},
)
add_reads(routes, EXCEPTIONS)

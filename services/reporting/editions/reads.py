"""Editions' records, as they are listed, found and shown to who prepares them."""

from typing import Final

from libs.common.core.fields import YearLabel
from libs.common.http.requests import router
from libs.common.reading import Listing, add_reads, equal
from services.reporting.editions.api import DRAFT
from services.reporting.editions.codes import EditionState
from services.reporting.editions.domain import Edition

routes = router()

DRAFTS: Final = Listing(
    things="drafts",
    one="edition",
    kind=Edition,
    view=DRAFT.view,
    views=DRAFT.views,
    permission="edition.read-draft",
    tag="editions",
    summary="List editions: drafts, and what became of them.",
    filters={
        "academic_year": equal(Edition.academic_year, YearLabel),
        "state": equal(Edition.state, EditionState),
    },
    days={"known_at": Edition.known_at, "signed_on": Edition.signed_on},
    sorts={"academic_year": Edition.academic_year, "known_at": Edition.known_at},
)
add_reads(routes, DRAFTS)

"""Which returns were made anonymous and when, as it is listed and found."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from libs.common.core.fields import YearLabel
from libs.common.http.requests import router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Listing, add_reads, equal
from services.survey.retention.api import AnonymisationView
from services.survey.retention.domain import Anonymisation

routes = router()


async def _shown(
    _: ReadTransaction, records: Sequence[Anonymisation], __: date | None
) -> list[AnonymisationView]:
    return [AnonymisationView.of(one) for one in records]


ANONYMISATIONS: Final = Listing(
    things="anonymisations",
    one="anonymisation",
    kind=Anonymisation,
    view=AnonymisationView,
    views=_shown,
    permission="anonymisation.read",
    tag="responses",
    summary="List when returns were made anonymous.",
    filters={"academic_year": equal(Anonymisation.academic_year, YearLabel)},
    sorts={"done_at": Anonymisation.done_at},
)
add_reads(routes, ANONYMISATIONS)

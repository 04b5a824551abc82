"""Progress criteria, as they are listed, found and shown."""

from typing import Annotated, Final

from pydantic import Field

from libs.common.core.fields import YearLabel
from libs.common.http.requests import router
from libs.common.reading import Key, Listing, add_reads, equal
from services.assessment.criteria.api import CRITERIA_SET
from services.assessment.criteria.domain import CriteriaSet

routes = router()

CRITERIA: Final = Listing(
    things="criteria",
    one="criteria",
    kind=CriteriaSet,
    view=CRITERIA_SET.view,
    views=CRITERIA_SET.views,
    permission="criteria.read",
    tag="criteria",
    summary="List progress criteria, proposed and adopted.",
    keys=[
        Key(
            "by-version/{academic_year}/{version}",
            {
                "academic_year": (CriteriaSet.academic_year, YearLabel),
                "version": (CriteriaSet.version, Annotated[int, Field(ge=1, le=1000)]),
            },
        )
    ],
    filters={"academic_year": equal(CriteriaSet.academic_year, YearLabel)},
    days={"adopted_on": CriteriaSet.adopted_on, "signed_on": CriteriaSet.signed_on},
    sorts={"academic_year": CriteriaSet.academic_year, "adopted_on": CriteriaSet.adopted_on},
)
add_reads(routes, CRITERIA)

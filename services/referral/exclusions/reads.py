"""Exclusions, as they are listed, found and shown."""

from typing import Final

from libs.common.contracts.referral import ExclusionCategory
from libs.common.core.fields import Reference
from libs.common.http.requests import router
from libs.common.reading import Key, Listing, add_reads, each, equal
from services.referral.cases.queries import of_cases
from services.referral.children.queries import by_child
from services.referral.exclusions.api import ExclusionView
from services.referral.exclusions.domain import Exclusion
from services.referral.schools.queries import by_school

routes = router()

EXCLUSIONS: Final = Listing(
    things="exclusions",
    one="exclusion",
    kind=Exclusion,
    view=ExclusionView,
    views=each(ExclusionView.of),
    permission="exclusion.read",
    tag="exclusions",
    summary="List exclusions.",
    keys=[Key("by-reference/{reference:path}", {"reference": (Exclusion.reference, Reference)})],
    filters={
        "child": by_child(Exclusion.child_id),
        "school": by_school(Exclusion.school_id),
        "category": equal(Exclusion.category, ExclusionCategory),
        **of_cases(Exclusion.child_id),
    },
    days={"starts_on": Exclusion.starts_on},
    sorts={"starts_on": Exclusion.starts_on},
)
add_reads(routes, EXCLUSIONS)

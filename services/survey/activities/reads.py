"""Activities with children, as they are listed, found and shown."""

from typing import Final

from libs.common.core.fields import Reference
from libs.common.http.requests import router
from libs.common.reading import Key, Listing, add_reads, equal
from services.survey.activities.api import ACTIVITY
from services.survey.activities.codes import Agreement, Assent, Method
from services.survey.activities.domain import Activity
from services.survey.queries import by_child

routes = router()

ACTIVITIES: Final = Listing(
    things="activities",
    one="activity",
    kind=Activity,
    view=ACTIVITY.view,
    views=ACTIVITY.views,
    permission="activity.read",
    tag="activities",
    summary="List how children were heard other than by questionnaires.",
    keys=[Key("by-reference/{reference:path}", {"reference": (Activity.reference, Reference)})],
    filters={
        "child": by_child(Activity.child_id),
        "method": equal(Activity.method, Method),
        "assent": equal(Activity.assent, Assent),
        "agreement": equal(Activity.agreement, Agreement),
    },
    days={"held_on": Activity.held_on},
    sorts={"held_on": Activity.held_on},
)
add_reads(routes, ACTIVITIES)

"""Deliveries and their rating forms, as they are listed, found and shown."""

from typing import Annotated, Final

from pydantic import Field

from libs.common.contracts.survey import DeliveryKind
from libs.common.core.fields import Reference
from libs.common.http.requests import router
from libs.common.reading import (
    Key,
    Listing,
    PartOf,
    add_reads,
    equal,
    in_address,
    named,
)
from services.survey.deliveries.access import FIELDS
from services.survey.deliveries.api import DELIVERY, RATING
from services.survey.deliveries.domain import Delivery, Rating
from services.survey.queries import by_school

routes = router()

DELIVERIES: Final = Listing(
    things="deliveries",
    one="delivery",
    kind=Delivery,
    view=DELIVERY.view,
    views=DELIVERY.views,
    permission="delivery.read",
    tag="deliveries",
    summary="List courses, network meetings and bespoke work.",
    keys=[Key("by-reference/{reference:path}", {"reference": (Delivery.reference, Reference)})],
    filters={
        "kind": equal(Delivery.kind, DeliveryKind),
        "course": equal(Delivery.course),
        "school": by_school(Delivery.school_id),
    },
    days={"delivered_on": Delivery.delivered_on},
    sorts={"delivered_on": Delivery.delivered_on},
)
add_reads(routes, DELIVERIES)

_DELIVERY: Final = named(Rating.delivery_id, Delivery.id, Delivery.reference)
RATINGS: Final = Listing(
    things="ratings",
    one="rating",
    kind=Rating,
    view=RATING.view,
    views=RATING.views,
    permission="delivery.read",
    tag="deliveries",
    summary="List rating forms.",
    part_of=PartOf(Delivery, Rating.delivery_id),
    keys=[
        Key(
            "by-form/{form}/{delivery:path}",
            {
                "delivery": in_address(_DELIVERY),
                "form": (Rating.form, Annotated[int, Field(ge=1, le=1_000_000)]),
            },
        )
    ],
    filters={"delivery": _DELIVERY},
    fields=FIELDS,
    sorts={"form": Rating.form},
)
add_reads(routes, RATINGS)

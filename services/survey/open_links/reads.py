"""Open links as they are listed, found and shown."""

from typing import Final

from libs.common.http.requests import router
from libs.common.reading import Key, Listing, add_reads, in_address, named, true_or_false
from services.survey.deliveries.domain import Delivery
from services.survey.open_links.api.links import OpenLinkView, open_links_shown
from services.survey.open_links.domain import OpenLink
from services.survey.waves.queries import by_wave

routes = router()

_WAVE: Final = by_wave(OpenLink.wave_id)
_DELIVERY: Final = named(OpenLink.delivery_id, Delivery.id, Delivery.reference)

OPEN_LINKS: Final = Listing(
    things="open-links",
    one="open_link",
    kind=OpenLink,
    view=OpenLinkView,
    views=open_links_shown,
    permission="open_link.read",
    tag="open-links",
    summary="List the open links of waves and deliveries, without their codes.",
    keys=[
        Key("by-wave/{wave:path}", {"wave": in_address(_WAVE)}),
        Key("by-delivery/{delivery:path}", {"delivery": in_address(_DELIVERY)}),
    ],
    filters={
        "wave": _WAVE,
        "delivery": _DELIVERY,
        "ended": true_or_false(OpenLink.ended, "Ended by somebody, or not."),
    },
)
add_reads(routes, OPEN_LINKS)

"""Campaigns as they are listed, found and shown."""

from typing import Final

from libs.common.core.fields import Reference
from libs.common.http.requests import router
from libs.common.reading import Key, Listing, add_reads
from services.survey.campaigns.api import CAMPAIGN
from services.survey.campaigns.domain import Campaign

routes = router()

CAMPAIGNS: Final = Listing(
    things="campaigns",
    one="campaign",
    kind=Campaign,
    view=CAMPAIGN.view,
    views=CAMPAIGN.views,
    permission="campaign.read",
    tag="campaigns",
    summary="List campaigns.",
    keys=[Key("by-reference/{reference:path}", {"reference": (Campaign.reference, Reference)})],
    filters={},
    sorts={"reference": Campaign.reference},
)
add_reads(routes, CAMPAIGNS)

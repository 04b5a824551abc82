"""Waves that were drafted and their campaigns as the stage has them, and what is tried of these."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import httpx

from tests.architecture.roles.tried import Tried

Do = Callable[..., Awaitable[httpx.Response]]
CAMPAIGNS = "/survey/v1/campaigns"


def campaign_of(*waves: str) -> dict[str, Any]:
    """Return a campaign of waves, by their references."""
    return {"waves": list(waves), "contact": "survey@sen.county.example"}


async def wave_drafted(do: Do, whose: str, who: Any, terms: Mapping[str, Any]) -> dict[str, str]:
    """Draft somebody's wave, and a campaign of it; return the ids of both by their names."""
    wave = {"reference": f"W-{whose}", "audience": "children", "questionnaire": "children"}
    made = await do("POST", "/survey/v1/waves", {**wave, **terms}, headers=who)
    place = f"{CAMPAIGNS}/by-reference/C-{whose}"
    put = await do("PUT", place, campaign_of(f"W-{whose}"), headers=who)
    return {
        f"draft_{whose}": made.json()["wave_id"],
        f"campaign_{whose}": put.json()["campaign_id"],
    }


def of_campaigns(ids: Mapping[str, str], new: str) -> Iterator[Tried]:
    """Yield what is tried of campaigns; nothing was sent by them that could come back."""
    url = f"{CAMPAIGNS}/by-reference/{new}"
    yield Tried("draft-campaign", "", "PUT", url, campaign_of("W-own"))
    for whose in ("own", "other-team"):
        url = f"{CAMPAIGNS}/{ids[f'campaign_{whose}']}"
        for what in ("", "/previews", "/counts"):
            yield Tried("read-campaign", whose, "GET", f"{url}{what}")
        sent = {"kind": "invitation", "dry_run": True}
        yield Tried("change-campaign", whose, "POST", f"{url}/messages", sent)
        for what in ("letters", "letters/posted"):
            yield Tried("change-campaign", whose, "POST", f"{url}/{what}")
        back = {"wave_id": ids["wave"], "recipient": "P-own", "reason": "not-delivered"}
        yield Tried("change-campaign", whose, "POST", f"{url}/returns", back, (422,))

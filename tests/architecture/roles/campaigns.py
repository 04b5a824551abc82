"""Waves that were drafted, with their campaigns and open links, and what is tried of these."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import httpx

from tests.architecture.roles.tried import Tried

Do = Callable[..., Awaitable[httpx.Response]]
CAMPAIGNS = "/survey/v1/campaigns"
OPEN_LINKS = "/survey/v1/open-links"


def campaign_of(*waves: str) -> dict[str, Any]:
    """Return a campaign of waves, by their references."""
    return {"waves": list(waves), "contact": "survey@sen.county.example"}


async def wave_drafted(do: Do, whose: str, who: Any, terms: Mapping[str, Any]) -> dict[str, str]:
    """Draft somebody's wave, a campaign and an open link of it; return the ids by their names."""
    wave = {"reference": f"W-{whose}", "audience": "children", "questionnaire": "children"}
    made = await do("POST", "/survey/v1/waves", {**wave, **terms}, headers=who)
    place = f"{CAMPAIGNS}/by-reference/C-{whose}"
    put = await do("PUT", place, campaign_of(f"W-{whose}"), headers=who)
    other = who and {**who, "Idempotency-Key": f"open-link-{whose}"}
    link = await do("POST", OPEN_LINKS, {"wave_id": made.json()["wave_id"]}, headers=other)
    return {
        f"draft_{whose}": made.json()["wave_id"],
        f"campaign_{whose}": put.json()["campaign_id"],
        f"open_link_{whose}": link.json()["open_link_id"],
    }


def of_open_links(ids: Mapping[str, str], stale: str) -> Iterator[Tried]:
    """Yield what is tried of open links."""
    yield Tried("record-delivery", "", "POST", OPEN_LINKS, {"delivery_id": ids["delivery"]})
    for whose in ("own", "other-team"):
        link, wave = ids[f"open_link_{whose}"], {"wave_id": ids[f"draft_{whose}"]}
        yield Tried("change-open-link", whose, "POST", OPEN_LINKS, wave)
        yield Tried("read-open-link", whose, "GET", f"{OPEN_LINKS}/{link}")
        yield Tried("read-open-link", whose, "GET", f"{OPEN_LINKS}/by-wave/W-{whose}")
        yield Tried("read-open-link", whose, "GET", OPEN_LINKS, listed=link)
        url = f"{OPEN_LINKS}/{link}"
        yield Tried("change-open-link", whose, "POST", f"{url}/code")
        yield Tried("change-open-link", whose, "POST", f"{url}/ending", None, (412,), version=stale)
        body = {"most": 2_000}
        url = f"{url}/reopening"
        yield Tried("change-open-link", whose, "POST", url, body, (412,), version=stale)
    yield Tried("read-delivery", "", "GET", f"{OPEN_LINKS}/by-delivery/D1")


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


def of_retention(ids: Mapping[str, str]) -> Iterator[Tried]:
    """Yield what is tried of returns of a year long past, of which there are none."""
    url = "/survey/v1/anonymisations"
    yield Tried("anonymise-returns", "", "POST", url, {"academic_year": "2010-11"})
    yield Tried("read-anonymisation", "", "GET", url, listed=ids["anonymisation"])
    yield Tried("read-anonymisation", "", "GET", f"{url}/{ids['anonymisation']}")

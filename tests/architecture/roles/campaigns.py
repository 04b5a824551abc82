"""Campaigns as the stage has them, and what is tried of one."""

from collections.abc import Iterator
from typing import Any

from tests.architecture.roles.tried import Tried


def campaign_of(*waves: str) -> dict[str, Any]:
    """Return a campaign of waves, by their references."""
    return {"waves": list(waves), "contact": "survey@sen.county.example"}


def of_campaign(url: str, whose: str, wave: str) -> Iterator[Tried]:
    """Yield what is tried of somebody's campaign; to the wave nothing was sent by it."""
    for what in ("", "/previews", "/counts"):
        yield Tried("read-campaign", whose, "GET", f"{url}{what}")
    sent = {"kind": "invitation", "dry_run": True}
    yield Tried("change-campaign", whose, "POST", f"{url}/messages", sent)
    yield Tried("change-campaign", whose, "POST", f"{url}/letters")
    back = {"wave_id": wave, "recipient": "P-own", "reason": "not-delivered"}
    yield Tried("change-campaign", whose, "POST", f"{url}/returns", back, (422,))

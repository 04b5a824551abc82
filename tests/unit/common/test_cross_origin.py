"""Whose pages a browser lets call: those of the origins that are named."""

from pathlib import Path

import httpx

from deploy.services import SERVICES
from tests.worlds import EMBEDDED, world_of

OURS, ANOTHERS = "https://web.county.example", "https://elsewhere.example"
URL = "/survey/v1/compliments"


def asking(origin: str, method: str, headers: str) -> dict[str, str]:
    """Return what a browser sends before a page's call."""
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return {"Origin": origin, **asked}


def lets(answer: httpx.Response) -> tuple[str | None, str | None]:
    """Return whose page a browser shows an answer to, and whether cookies go along."""
    named = answer.headers.get("access-control-allow-origin")
    return named, answer.headers.get("access-control-allow-credentials")


async def test_a_page_of_a_named_origin_may_call_and_no_other(tmp_path: Path) -> None:
    sent = "authorization,content-type,idempotency-key,if-match"
    async with world_of(EMBEDDED, tmp_path, SERVICES, origins=[OURS]) as world:
        client = world.client
        allowed = await client.options(URL, headers=asking(OURS, "POST", sent))
        assert (allowed.status_code, lets(allowed)) == (200, (OURS, None))
        assert {"GET", "HEAD", "POST", "PUT"} == {
            *allowed.headers["access-control-allow-methods"].split(", ")
        }
        for refused in (
            asking(ANOTHERS, "POST", sent),
            asking(OURS, "DELETE", sent),
            asking(OURS, "POST", "x-other"),
        ):
            answer = await client.options(URL, headers=refused)
            assert (answer.status_code, answer.json()["code"]) == (400, "origin-not-allowed")
            meant = await client.get(answer.json()["type"])
            assert "ALLOWED_ORIGINS" in meant.json()["do"]
        body = {"reference": "CP-1", "received_on": "2018-10-01", "source": "parents"}
        made = await client.post(URL, json=body, headers={**world.as_(), "Origin": OURS})
        assert (made.status_code, lets(made)) == (201, (OURS, None))
        shown = {*made.headers["access-control-expose-headers"].split(", ")}
        assert {"ETag", "Location", "Retry-After", "X-Request-ID"} <= shown
        other = await client.get(made.headers["Location"], headers={"Origin": ANOTHERS})
        assert lets(other) == (None, None)
        assert other.headers["vary"] == "Origin"


async def test_without_named_origins_no_page_is_let_in(tmp_path: Path) -> None:
    async with world_of(EMBEDDED, tmp_path, SERVICES) as world:
        answer = await world.client.options(URL, headers=asking(OURS, "POST", "authorization"))
    assert (answer.status_code, lets(answer)) == (405, (None, None))

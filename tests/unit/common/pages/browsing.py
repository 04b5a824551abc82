"""A browser for tests: it keeps cookies, follows no redirect by itself, and sends forms."""

import re
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.worlds import World

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
REPORT = "/reporting/reports/2018-19"


def browser(world: World, url: str = "http://test") -> httpx.AsyncClient:
    """Return a client that asks as a person's browser does."""
    transport = httpx.ASGITransport(world.system.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=url, headers=BROWSER)


class Fields(HTMLParser):
    """The hidden fields of a page's first form with that action."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._action, self._inside = action, False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag == "form":
            self._inside = about.get("action") == self._action
        if tag == "input" and self._inside and about.get("type") == "hidden":
            self.found[str(about["name"])] = about.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


async def sent(
    client: httpx.AsyncClient, page: httpx.Response, action: str, **fields: Any
) -> httpx.Response:
    """Send a form of a page with some fields filled in."""
    hidden = Fields(page.text, action).found
    assert hidden, page.text
    return await client.post(action, data=hidden | fields)


async def signed_in(client: httpx.AsyncClient, role: str, to: str = REPORT) -> httpx.Response:
    """Sign in as one of the fictional county's people; return the answer to the form."""
    page = await client.get("/reporting/sign-in", params={"to": to})
    return await sent(client, page, "/reporting/sign-in/as", person=role)


def heading(page: httpx.Response) -> str:
    """Return a page's first heading, without tags."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.DOTALL)
    assert found, page.text
    return re.sub(r"<[^>]+>", "", found[1]).strip()
